#include "adapters/cloudimages/adapter.hpp"

#include <algorithm>

#include "adapters/cloudimages/decode.hpp"
#include "adapters/http/percent.hpp"
#include "adapters/image_calls.hpp"

namespace polyglance::cloudimages {
namespace {

/// A marker may be answered with its own image first: one row a page would never get further.
constexpr unsigned min_limit = 2;

class Adapter final : public ProviderAdapter {
public:
    Adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
        : clock_(clock), client_(config, http, clock, {.type = "", .well_known_host = "iecs.myhuaweicloud.com"}),
          path_("/v1/cloudimages/" + percent_encode(config.region)),
          limit_(std::max(page_size(config, traits()), min_limit)), decode_context_{config.auth.project_id}
    {
    }

    std::size_t passes() const override { return 1; }

    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
    {
        const std::string marker = std::move(request.marker);
        // Whether the marker's own image comes again is not documented.
        ImageFilter but_the_marker(receiver, [&marker](const WireImage& image) { return image.native_id != marker; });
        PageDecoder decoder(page_format(decode_context_), but_the_marker, client_.max_page_bytes());
        QueryPairs query{{"limit", std::to_string(limit_)}};
        if (!marker.empty()) {
            query.emplace_back("marker", marker);
        }
        SourceClient::Call call{.method = HttpMethod::get, .path = path_, .query = encode_query(query), .headers = {}};
        const UpstreamCall facts{Provider::cloudimages, marker, clock_.now()};
        auto page = co_await read_page(client_, std::move(call), facts, request.deadline, decoder);
        if (!page || page->rows == 0) {
            co_return page;
        }
        // The answer does not say whether the list goes on, and a page shorter than asked for may only be all that the
        // service sends at once: what ends the list is a short page that gets no further.
        const bool full = page->rows >= limit_;
        if (decoder.last_id().empty() && full) {
            co_return failure(ErrorClass::upstream_protocol, "the list goes on, but names no image to go on from");
        }
        if (full || decoder.last_id() != marker) {
            page->next_marker = decoder.last_id();
        }
        co_return page;
    }

    asio::awaitable<Result<void>> remove(std::string, Deadline) override
    {
        co_return failure(ErrorClass::upstream_forbidden, "this service has no way to delete an image");
    }

    std::string describe_remove(std::string_view) const override { return ""; }

    asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

private:
    const Clock& clock_;
    SourceClient client_;
    std::string path_;
    unsigned limit_;
    DecodeContext decode_context_;
};

} // namespace

std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
{
    return std::make_unique<Adapter>(config, http, clock);
}

} // namespace polyglance::cloudimages
