#include "adapters/image_calls.hpp"

#include <algorithm>

namespace polyglance {
namespace {

bool unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

/// True when `native_id` names exactly one thing below the image path on every server: only unreserved URL characters,
/// no dot segment, 1 to 255 bytes. Encoding is not enough, some servers decode a path before they split it.
bool safe_in_path(std::string_view native_id)
{
    return !native_id.empty() && native_id.size() <= 255 && native_id != "." && native_id != ".." &&
           std::all_of(native_id.begin(), native_id.end(), unreserved);
}

/// OpenStack says in plain words why it keeps an image.
Obstacle obstacle_in(std::string_view message, ErrorClass error_class)
{
    const auto says = [message](std::string_view words) { return message.find(words) != std::string_view::npos; };
    if (error_class == ErrorClass::upstream_forbidden && says("is protected")) {
        return Obstacle::is_protected;
    }
    if (error_class == ErrorClass::conflict && (says("in use") || says("in-use"))) {
        return Obstacle::in_use;
    }
    return Obstacle::none;
}

} // namespace

asio::awaitable<Result<ImagePage>> read_page(SourceClient& client, SourceClient::Call call, UpstreamCall facts,
                                             Deadline deadline, PageDecoder& decoder)
{
    const auto response = co_await client.send(std::move(call), deadline, &decoder);
    if (!response) {
        co_return std::unexpected(response.error());
    }
    if (response->status != 200) {
        co_return std::unexpected(upstream_error(*response, facts));
    }
    if (const auto whole = decoder.finish(); !whole) {
        co_return std::unexpected(whole.error());
    }
    auto page = decoder.page();
    page.backend_time = parse_http_date(find_header(response->headers, "Date"));
    co_return page;
}

asio::awaitable<Result<void>> remove_image(SourceClient& client, Removal removal, UpstreamCall facts, Deadline deadline)
{
    if (!safe_in_path(removal.native_id)) {
        co_return failure(ErrorClass::upstream_bad_request, "this id cannot stand in a path");
    }
    if (!*removal.confirmed) {
        const auto probe = co_await removal.probe();
        if (!probe) {
            co_return std::unexpected(probe.error());
        }
    }
    if (!*removal.confirmed) {
        co_return failure(ErrorClass::upstream_protocol,
                          "not confirmed to be a service of this kind: nothing is deleted");
    }
    SourceClient::Call call{.method = HttpMethod::delete_,
                            .path = removal.collection + "/" + removal.native_id,
                            .query = "",
                            .headers = {}};
    const auto response = co_await client.send(std::move(call), deadline, nullptr);
    if (!response) {
        co_return std::unexpected(response.error());
    }
    if (response->status >= 200 && response->status < 300) {
        co_return Result<void>{};
    }
    auto error = upstream_error(*response, facts);
    error.sent = error.error_class == ErrorClass::upstream_unavailable;
    error.obstacle = obstacle_in(read_fault(response->body).message, error.error_class);
    co_return std::unexpected(std::move(error));
}

unsigned page_size(const SourceConfig& config, const ProviderTraits& traits)
{
    return std::min(config.page_size == 0 ? traits.page_size : config.page_size, traits.max_page_size);
}

} // namespace polyglance
