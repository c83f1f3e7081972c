#include "adapters/nova/adapter.hpp"

#include <fmt/format.h>

#include "adapters/http/percent.hpp"
#include "adapters/image_calls.hpp"
#include "adapters/next_link.hpp"
#include "adapters/nova/decode.hpp"
#include "adapters/openstack_shape.hpp"
#include "adapters/scalars.hpp"

namespace polyglance::nova {
namespace {

std::optional<std::string_view> next_href(json::Value rest)
{
    const auto links = rest.find("images_links");
    if (!links || !links->is(json::Kind::array)) {
        return std::nullopt;
    }
    for (const json::Value link : *links) {
        const auto rel = link.find("rel");
        const auto href = link.find("href");
        if (rel && href && rel->text() == "next") {
            return href->text();
        }
    }
    return std::nullopt;
}

/// A next link and a full page both mean that the list may go on: a Nova whose own maximum is below `limit` sends full
/// pages without a link. "" at the end.
Result<std::string> next_marker(const PageDecoder& page, unsigned limit)
{
    const auto href = next_href(page.rest());
    if (!href && page.rows() < limit) {
        return "";
    }
    if (const auto linked = href ? marker_in(*href) : std::nullopt) {
        return *linked;
    }
    if (page.last_id().empty()) {
        return failure(ErrorClass::upstream_protocol, "the list goes on, but names no image to go on from");
    }
    return page.last_id();
}

class Adapter final : public ProviderAdapter {
public:
    Adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
        : clock_(clock), client_(config, http, clock, {.type = "compute", .well_known_host = ""}),
          prefix_(config.endpoint ? config.endpoint->prefix : ""),
          list_path_(config.nova_listing == NovaListing::brief ? "/images" : "/images/detail"),
          limit_(page_size(config, traits())), decode_context_{config.auth.project_id}
    {
    }

    std::size_t passes() const override { return 1; }

    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
    {
        auto page = co_await list(list_path_, limit_, std::move(request), receiver);
        co_return page;
    }

    asio::awaitable<Result<void>> remove(std::string native_id, Deadline deadline) override
    {
        NoReceiver nowhere;
        Removal removal{.collection = "/images",
                        .native_id = std::move(native_id),
                        .confirmed = &confirmed_,
                        .probe = [&] { return list("/images", 1, {.marker = "", .deadline = deadline}, nowhere); }};
        const UpstreamCall facts{Provider::nova, "", clock_.now()};
        const auto removed = co_await remove_image(client_, std::move(removal), facts, deadline);
        co_return removed;
    }

    std::string describe_remove(std::string_view native_id) const override
    {
        return fmt::format("DELETE {}/images/{}", prefix_, percent_encode(native_id));
    }

    asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

private:
    asio::awaitable<Result<ImagePage>> list(std::string path, unsigned limit, PageRequest request,
                                            ImageReceiver& receiver)
    {
        const std::string marker = std::move(request.marker);
        ShapeWatch watch(OpenstackShape::nova);
        PageDecoder decoder(watch.over(page_format(decode_context_)), receiver, client_.max_page_bytes());
        // `page_size` is how much Nova asks of Glance at once, 20 by default: without it one call here is 25 there.
        QueryPairs query{{"limit", std::to_string(limit)}, {"page_size", std::to_string(limit)}};
        if (request.changed_since) {
            query.emplace_back("changes-since", wire::format_seconds(*request.changed_since));
        }
        if (!marker.empty()) {
            query.emplace_back("marker", marker);
        }
        SourceClient::Call call{
            .method = HttpMethod::get, .path = std::move(path), .query = encode_query(query), .headers = {}};
        const UpstreamCall facts{Provider::nova, marker, clock_.now()};
        auto page = co_await read_page(client_, std::move(call), facts, request.deadline, decoder);
        if (!page) {
            co_return page;
        }
        if (auto judged = watch.judge(decoder.rest(), confirmed_); !judged) {
            co_return std::unexpected(std::move(judged.error()));
        }
        auto next = next_marker(decoder, limit);
        if (!next) {
            co_return std::unexpected(next.error());
        }
        page->next_marker = std::move(*next);
        co_return page;
    }

    const Clock& clock_;
    SourceClient client_;
    std::string prefix_;
    std::string list_path_;
    unsigned limit_;
    DecodeContext decode_context_;
    bool confirmed_ = false; ///< a page has shown that this is Nova, so DELETE cannot reach Glance
};

} // namespace

std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
{
    return std::make_unique<Adapter>(config, http, clock);
}

} // namespace polyglance::nova
