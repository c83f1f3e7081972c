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

    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageSink sink) override
    {
        const std::string marker = std::move(request.marker);
        // Whether the marker's own image comes again is not documented.
        ImageSink but_the_marker = [&marker, &sink](Image&& image) {
            if (image.native_id != marker) {
                sink(std::move(image));
            }
        };
        const auto read_row = [this](json::Value row) { return decode(row, decode_context_); };
        PageDecoder decoder({.list_members = {"images"}, .id_member = "id", .decode = read_row},
                            std::move(but_the_marker), client_.max_page_bytes());
        QueryPairs query{{"limit", std::to_string(limit_)}};
        if (!marker.empty()) {
            query.emplace_back("marker", marker);
        }
        SourceClient::Call call{.method = HttpMethod::get, .path = path_, .query = encode_query(query), .headers = {}};
        const UpstreamCall facts{Provider::cloudimages, marker, clock_.now()};
        const auto read = co_await read_page(client_, std::move(call), facts, request.deadline, decoder);
        if (!read) {
            co_return std::unexpected(read.error());
        }
        auto page = decoder.page();
        if (page.rows < limit_) {
            co_return page;
        }
        if (decoder.last_id().empty()) {
            co_return failure(ErrorClass::upstream_protocol, "the list goes on, but names no image to go on from");
        }
        page.next_marker = decoder.last_id();
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
