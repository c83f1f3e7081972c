#include "adapters/glance/adapter.hpp"

#include <fmt/format.h>

#include "adapters/glance/decode.hpp"
#include "adapters/glance/schema.hpp"
#include "adapters/http/percent.hpp"
#include "adapters/image_calls.hpp"
#include "adapters/next_link.hpp"
#include "adapters/openstack_shape.hpp"
#include "adapters/scalars.hpp"

namespace polyglance::glance {
namespace {

/// Images left out of the default list are a list of their own.
constexpr std::size_t hidden_pass = 1;

constexpr const char* list_path = "/v2/images";

/// The catalogue's address may end in the version or not; our paths start with it.
std::string without_version(std::string_view prefix)
{
    if (prefix.ends_with("/v2")) {
        prefix.remove_suffix(3);
    }
    return std::string(prefix);
}

SourceClient::Service service()
{
    return {.type = "image", .well_known_host = "", .normalize_prefix = without_version};
}

/// The absence of `next` is the only sign of the end: policies shorten pages after the database filled them.
Result<std::string> next_marker(json::Value rest)
{
    const auto next = rest.find("next");
    if (!next || next->text().empty()) {
        return "";
    }
    auto marker = marker_in(next->text());
    if (!marker) {
        return failure(ErrorClass::upstream_protocol, "the next link names no image to go on from");
    }
    return std::move(*marker);
}

class Adapter final : public ProviderAdapter {
public:
    Adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
        : clock_(clock), client_(config, http, clock, service()),
          prefix_(config.endpoint ? without_version(config.endpoint->prefix) : ""), limit_(page_size(config, traits())),
          decode_context_{config.auth.project_id}
    {
    }

    std::size_t passes() const override { return huawei_ ? 1 : 2; }

    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
    {
        if (request.pass == hidden_pass) {
            auto hidden = co_await hidden_page(std::move(request), receiver);
            co_return hidden;
        }
        auto page = co_await list(std::move(request), limit_, receiver);
        co_return page;
    }

    asio::awaitable<Result<void>> remove(std::string native_id, Deadline deadline) override
    {
        NoReceiver nowhere;
        Removal removal{.collection = list_path,
                        .native_id = std::move(native_id),
                        .confirmed = &confirmed_,
                        .probe = [&] { return list({.marker = "", .deadline = deadline}, 1, nowhere); }};
        const UpstreamCall facts{Provider::glance, "", clock_.now()};
        const auto removed = co_await remove_image(client_, std::move(removal), facts, deadline);
        co_return removed;
    }

    std::string describe_remove(std::string_view native_id) const override
    {
        return fmt::format("DELETE {}{}/{}", prefix_, list_path, percent_encode(native_id));
    }

    asio::awaitable<Result<void>> discover(Deadline deadline) override
    {
        SourceClient::Call call{.method = HttpMethod::get, .path = "/v2/schemas/images", .query = "", .headers = {}};
        const auto response = co_await client_.send(std::move(call), deadline, nullptr);
        if (!response) {
            co_return std::unexpected(response.error());
        }
        if (response->status != 200) {
            const UpstreamCall facts{Provider::glance, "", clock_.now()};
            co_return std::unexpected(upstream_error(*response, facts));
        }
        huawei_ = read_schema(response->body).dialect == Dialect::huawei;
        co_return Result<void>{};
    }

private:
    /// A cloud without the filter may refuse it (then nothing is hidden there) or list everything once more (then no
    /// row is hidden, and the pass ends with nothing).
    asio::awaitable<Result<ImagePage>> hidden_page(PageRequest request, ImageReceiver& receiver)
    {
        const bool first = request.marker.empty();
        ImageFilter only_hidden(receiver, [](const WireImage& image) { return image.hidden.value_or(false); });
        auto page = co_await list(std::move(request), limit_, only_hidden);
        if (!page && first && page.error().error_class == ErrorClass::upstream_bad_request) {
            co_return ImagePage{};
        }
        if (page && only_hidden.passed() == 0 && page->rows > page->rejected) {
            co_return ImagePage{.bytes = page->bytes, .next_marker = "", .backend_time = page->backend_time};
        }
        co_return page;
    }

    asio::awaitable<Result<ImagePage>> list(PageRequest request, unsigned limit, ImageReceiver& receiver)
    {
        const std::string marker = std::move(request.marker);
        ShapeWatch watch(OpenstackShape::glance);
        auto format = watch.over(page_format(decode_context_));
        format.pass = request.pass;
        PageDecoder decoder(std::move(format), receiver, client_.max_page_bytes());
        QueryPairs query{{"limit", std::to_string(limit)}};
        if (request.pass == hidden_pass) {
            query.emplace_back("os_hidden", "true");
        }
        if (request.changed_since) {
            query.emplace_back("updated_at", "gte:" + wire::format_seconds(*request.changed_since));
        }
        if (!marker.empty()) {
            query.emplace_back("marker", marker);
        }
        SourceClient::Call call{
            .method = HttpMethod::get, .path = list_path, .query = encode_query(query), .headers = {}};
        const UpstreamCall facts{Provider::glance, marker, clock_.now()};
        auto page = co_await read_page(client_, std::move(call), facts, request.deadline, decoder);
        if (!page) {
            co_return page;
        }
        if (auto judged = watch.judge(decoder.rest(), confirmed_); !judged) {
            co_return std::unexpected(std::move(judged.error()));
        }
        auto next = next_marker(decoder.rest());
        if (!next) {
            co_return std::unexpected(next.error());
        }
        page->next_marker = std::move(*next);
        co_return page;
    }

    const Clock& clock_;
    SourceClient client_;
    std::string prefix_;
    unsigned limit_;
    DecodeContext decode_context_;
    bool huawei_ = false;    ///< Huawei's dialect has no hidden images
    bool confirmed_ = false; ///< a page has shown that this is Glance, so DELETE cannot reach Nova
};

} // namespace

std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
{
    return std::make_unique<Adapter>(config, http, clock);
}

} // namespace polyglance::glance
