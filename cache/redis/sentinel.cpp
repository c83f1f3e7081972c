#include "cache/redis/sentinel.hpp"

#include <boost/asio/steady_timer.hpp>

#include <charconv>
#include <memory>
#include <optional>

#include "cache/redis/pipeline.hpp"

namespace polyglance {
namespace {

/// The address in a reply to SENTINEL GET-MASTER-ADDR-BY-NAME: host and port, two strings.
std::optional<RedisAddress> read_address(const RedisReply& reply)
{
    if (reply.kind != RedisReply::Kind::array || reply.elements.size() != 2) {
        return std::nullopt;
    }
    RedisAddress out{.host = reply.elements[0].text};
    const std::string& port = reply.elements[1].text;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    const bool whole = error == std::errc{} && end == port.data() + port.size() && out.port != 0;
    return whole && !out.host.empty() ? std::optional(out) : std::nullopt;
}

/// What one Sentinel says; empty when it does not answer in time or knows no such master.
asio::awaitable<std::optional<RedisAddress>> ask(RedisConfig sentinel, std::string name, asio::any_io_executor executor,
                                                 const Clock& clock)
{
    const auto stream = std::make_shared<RedisStream>(executor);
    asio::steady_timer limit(executor, sentinel.timeout);
    limit.async_wait([stream](boost::system::error_code cancelled) {
        if (!cancelled) {
            stream->close();
        }
    });
    const auto opened = co_await stream->open(sentinel);
    limit.cancel();
    if (!opened) {
        co_return std::nullopt;
    }
    const auto pipeline = std::make_shared<RedisPipeline>(stream, executor, clock, sentinel.timeout, nullptr);
    pipeline->start();
    const auto replies = co_await pipeline->run({{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", std::move(name)}},
                                                clock.steady_now() + sentinel.timeout);
    pipeline->close("asked and answered");
    co_return replies ? read_address(replies->front()) : std::nullopt;
}

} // namespace

asio::awaitable<std::expected<RedisConfig, std::string>> find_redis(RedisConfig config, asio::any_io_executor executor,
                                                                    const Clock& clock)
{
    if (config.sentinels.empty()) {
        co_return config;
    }
    for (const auto& address : config.sentinels) {
        RedisConfig sentinel = config;
        sentinel.host = address.host;
        sentinel.port = address.port;
        if (const auto master = co_await ask(std::move(sentinel), config.master_name, executor, clock)) {
            config.host = master->host;
            config.port = master->port;
            co_return config;
        }
    }
    co_return std::unexpected("no Sentinel knows the master");
}

} // namespace polyglance
