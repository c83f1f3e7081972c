#pragma once

#include <boost/asio/io_context.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/drain.hpp"
#include "adapters/http/percent.hpp"
#include "adapters/provider_adapter.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"

namespace polyglance::test {

using Ids = std::vector<std::string>;

inline SourceConfig source_of(Provider provider, std::string prefix = "")
{
    SourceConfig config;
    config.id = "test";
    config.provider = provider;
    config.region = "cn-north-4";
    config.endpoint = Endpoint{.tls = false, .host = "127.0.0.1", .port = 9292, .prefix = std::move(prefix)};
    return config;
}

/// Keeps all images it is given, and knows again the rows whose digests stand in `known`.
struct CollectingReceiver final : ImageReceiver {
    std::optional<std::string_view> keep(RowDigest digest) override
    {
        for (const auto& [known_digest, id] : known) {
            if (known_digest == digest) {
                ids.push_back(id);
                return id;
            }
        }
        return std::nullopt;
    }
    void take(const WireImage& image, RowDigest digest) override
    {
        ids.emplace_back(image.native_id);
        digests.push_back(digest);
        images.push_back(own(image));
    }

    std::vector<std::pair<RowDigest, std::string>> known;
    Ids ids;
    std::vector<RowDigest> digests; ///< of `images`
    std::vector<Image> images;
};

/// One adapter, the cloud behind it played by a script.
struct AdapterHarness {
    explicit AdapterHarness(const SourceConfig& config) : adapter(make_adapter(config, http, clock))
    {
        budget.count_first_try();
    }

    Deadline in_a_minute() const { return clock.steady_now() + std::chrono::minutes{1}; }
    Result<ImagePage> page(std::string marker = "", std::size_t pass = 0)
    {
        return run(loop, adapter->fetch_page({pass, std::move(marker), in_a_minute()}, receiver));
    }
    DrainResult drain()
    {
        DrainLimits limits;
        limits.deadline = in_a_minute();
        return run(loop, polyglance::drain(*adapter, limits, budget, receiver, clock));
    }
    Result<void> remove(std::string id) { return run(loop, adapter->remove(std::move(id), in_a_minute())); }
    Result<void> discover() { return run(loop, adapter->discover(in_a_minute())); }

    /// "METHOD target" of every request so far.
    Ids requests() const
    {
        Ids out;
        for (const auto& call : http.calls()) {
            out.push_back(std::string(to_string(call.request.method)) + " " + call.request.target);
        }
        return out;
    }
    /// True when every request went to the configured origin.
    bool stayed_at_home() const
    {
        for (const auto& call : http.calls()) {
            if (call.request.endpoint.host != "127.0.0.1" || call.request.endpoint.port != 9292) {
                return false;
            }
        }
        return true;
    }

    boost::asio::io_context loop;
    ScriptedHttpClient http;
    ManualClock clock;
    RetryBudget budget;
    std::unique_ptr<ProviderAdapter> adapter;
    CollectingReceiver receiver;
    Ids& ids = receiver.ids;
    std::vector<Image>& images = receiver.images;
};

/// Empty when there was no error.
template <class T>
std::optional<ErrorClass> error_class_of(const Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error().error_class);
}

/// The value of a query parameter in a request's target; "" when it has none.
inline std::string parameter(std::string_view target, std::string_view name)
{
    const auto mark = target.find('?');
    const auto pairs = decode_query(mark == std::string_view::npos ? "" : target.substr(mark + 1));
    for (const auto& [key, value] : pairs.value_or(QueryPairs{})) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

/// a00, a01 ...
inline Ids some_ids(std::size_t count)
{
    Ids out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back("a" + std::to_string(i / 10) + std::to_string(i % 10));
    }
    return out;
}

/// The ids of one page: at most `limit` behind `marker`, or from it on.
inline Ids slice_of(const Ids& all, std::string_view marker, std::size_t limit, bool inclusive = false)
{
    Ids out;
    bool reached = marker.empty();
    for (const auto& id : all) {
        const bool at_marker = id == marker;
        if ((reached || (at_marker && inclusive)) && out.size() < limit) {
            out.push_back(id);
        }
        reached = reached || at_marker;
    }
    return out;
}

/// `[row(id), row(id) ...]`
template <class Row>
std::string json_rows(const Ids& ids, Row row)
{
    std::string out;
    for (const auto& id : ids) {
        out += (out.empty() ? "" : ",") + row(id);
    }
    return "[" + out + "]";
}

} // namespace polyglance::test
