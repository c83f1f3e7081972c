#include "adapters/batchcompute/adapter.hpp"

#include <array>

#include "adapters/batchcompute/decode.hpp"
#include "adapters/http/percent.hpp"
#include "adapters/image_calls.hpp"

namespace polyglance::batchcompute {
namespace {

/// Without a type the service lists the account's own images only.
constexpr std::array<const char*, 2> types{"System", "Self"};

/// A refused signature comes with status 400.
bool credentials_refused(const HttpResponse& response)
{
    const UpstreamCall facts{Provider::batchcompute, "", Instant{}};
    return response.status >= 400 && upstream_error(response, facts).error_class == ErrorClass::upstream_auth;
}

SourceClient::Service service(std::string_view region)
{
    return {.type = "",
            .well_known_host = "batchcompute." + std::string(region) + ".aliyuncs.com",
            .normalize_prefix = nullptr,
            .refused = credentials_refused};
}

class Adapter final : public ProviderAdapter {
public:
    Adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
        : clock_(clock), client_(config, http, clock, service(config.region)), count_(page_size(config, traits()))
    {
    }

    std::size_t passes() const override { return types.size(); }

    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
    {
        const std::string marker = std::move(request.marker);
        auto format = page_format(decode_context_);
        format.pass = request.pass;
        PageDecoder decoder(std::move(format), receiver, client_.max_page_bytes());
        QueryPairs query{{"MaxItemCount", std::to_string(count_)}, {"Type", types.at(request.pass)}};
        if (!marker.empty()) {
            query.emplace_back("Marker", marker);
        }
        SourceClient::Call call{
            .method = HttpMethod::get, .path = "/images", .query = encode_query(query), .headers = {}};
        const UpstreamCall facts{Provider::batchcompute, marker, clock_.now()};
        auto page = co_await read_page(client_, std::move(call), facts, request.deadline, decoder);
        if (!page) {
            co_return page;
        }
        if (const auto next = decoder.rest().find("NextMarker")) {
            page->next_marker = next->text(); // "" for null too
        }
        co_return page;
    }

    asio::awaitable<Result<void>> remove(std::string, Deadline) override
    {
        co_return failure(ErrorClass::upstream_forbidden, "deleting is not offered for this service");
    }

    std::string describe_remove(std::string_view) const override { return ""; }

    asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

private:
    const Clock& clock_;
    SourceClient client_;
    unsigned count_;
    DecodeContext decode_context_;
};

} // namespace

std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
{
    return std::make_unique<Adapter>(config, http, clock);
}

} // namespace polyglance::batchcompute
