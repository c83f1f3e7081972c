#include "proxy/api/locate_image.hpp"

#include "proxy/api/envelope.hpp"
#include "proxy/api/etag.hpp"

namespace polyglance {
namespace {

void look_up(LocatedImage& out, const ApiContext& context, const std::string& source, const std::string& native_id)
{
    out.catalog = context.hub.current();
    const auto* found = out.catalog->find(source);
    if (found == nullptr) {
        return; // gone with a reload while we waited: what was seen before still stands
    }
    out.shown = show_source(*found, context.clock.now());
    out.snapshot = served_snapshot(*found);
    out.row = out.snapshot != nullptr ? out.snapshot->find(native_id) : std::nullopt;
}

bool worth_another_look(const LocatedImage& image, const CacheDirectives& directives, Instant now)
{
    return !image.row && image.shown.state == SourceState::stale && !directives.only_if_cached &&
           !is_resting(image.shown.source->status, now);
}

} // namespace

std::string LocatedImage::etag() const
{
    std::string record;
    snapshot->append_record(record, *row);
    return make_etag(record);
}

bool LocatedImage::known_missing() const
{
    const auto& status = shown.source->status;
    const bool down = shown.state == SourceState::stale && status.fault;
    return snapshot != nullptr && !row && !status.cut_short && !down;
}

Problem LocatedImage::missing_problem(Instant now) const
{
    if (known_missing()) {
        return {.code = "image_not_found", .detail = "The source has no image of that uid."};
    }
    Problem out{.code = "source_unavailable",
                .detail = "The source has not answered, and the image is not in the cache.",
                .retry_after = retry_after({&shown, 1}, now),
                .sources_json = source_status_array({&shown, 1}, Matched::left_out)};
    if (shown.state == SourceState::disabled) {
        out.detail = "The source is switched off by configuration.";
    }
    return out;
}

asio::awaitable<LocatedImage> locate_image(ApiContext& context, std::string source, std::string native_id,
                                           CacheDirectives directives, Deadline deadline)
{
    LocatedImage out;
    look_up(out, context, source, native_id);
    if (out.shown.state == SourceState::disabled) {
        co_return out;
    }
    std::vector<std::string> wanted(1, source);
    out.supplied = co_await supply(context, wanted, directives, deadline);
    look_up(out, context, source, native_id);
    if (worth_another_look(out, directives, context.clock.now()) && context.clock.steady_now() < deadline) {
        co_await context.refresh.refresh(std::move(wanted), context.clock.now(), deadline);
        out.supplied = Supplied::refreshed;
        look_up(out, context, source, native_id);
    }
    co_return out;
}

} // namespace polyglance
