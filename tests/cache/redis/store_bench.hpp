#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cache/redis/connection.hpp"
#include "cache/redis/layout.hpp"
#include "cache/store.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

namespace polyglance::test {

/// A loop and real time, for stores against a real or a made-up Redis.
struct StoreBench {
    asio::io_context io;
    SystemClock clock;

    /// Generous, so that a busy machine is not taken for a slow Redis.
    static constexpr std::chrono::milliseconds calm{5'000};

    std::unique_ptr<SnapshotStore> store(const RedisConfig& config)
    {
        return make_redis_store(config, io.get_executor(), clock);
    }
    Deadline soon() const { return clock.steady_now() + patience; }

    /// Runs the loop until `done`; false when that takes more than `patience`.
    template <class Condition>
    bool eventually(Condition done)
    {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (!done()) {
            if (std::chrono::steady_clock::now() >= limit) {
                return false;
            }
            io.restart(); // `done` may have run it to an end
            io.run_one_for(std::chrono::milliseconds{10});
        }
        return true;
    }
};

inline RedisConfig config_for(std::uint16_t port, std::chrono::milliseconds timeout = StoreBench::calm)
{
    RedisConfig config;
    config.host = "127.0.0.1";
    config.port = port;
    config.timeout = timeout;
    return config;
}

/// A plain client beside the store, to look at what lies in Redis and to damage it.
class RawClient {
public:
    RawClient(StoreBench& bench, const RedisConfig& config)
        : bench_(bench), connection_(config, bench.io.get_executor(), bench.clock, {"raw", {}, {}, {}})
    {
        run(bench_.io, connection_.first_attempt(bench_.soon()));
    }
    /// The reply; an error "NONE" when there is none.
    RedisReply operator()(RedisCommand command)
    {
        const auto replies = run(bench_.io, connection_.run({std::move(command)}, RedisEffort::quick, bench_.soon()));
        return replies ? (*replies)[0] : RedisReply{.kind = RedisReply::Kind::error, .text = "NONE", .elements = {}};
    }

private:
    StoreBench& bench_;
    RedisConnection connection_;
};

inline const SourceIdentity sample_identity{"cn-north", Provider::cloudimages, "cn-north-1"};

/// So many images with Chinese names, awkward ids and some bytes in their properties.
StoredSnapshot sample_snapshot(std::size_t images, std::string_view flavour = "甲");

/// The scope of the tests' one source.
inline const std::string scope(64, '7');

/// One Redis, a store on it, and a client to look behind the store's back.
struct OneStore : StoreBench {
    RedisServer server;
    RedisConfig config = config_for(server.port());
    std::unique_ptr<SnapshotStore> store = another_store();
    RawClient raw{*this, config};

    std::unique_ptr<SnapshotStore> another_store() { return StoreBench::store(config); }

    std::optional<StoredSnapshot> load(SourceIdentity identity = sample_identity)
    {
        return run(io, store->load(scope, std::move(identity), soon()));
    }
    bool save(const StoredSnapshot& stored, std::chrono::milliseconds keep = std::chrono::hours{1})
    {
        return run(io, store->save(scope, stored, keep, soon()));
    }
    std::string value(const std::string& key) { return raw({"GET", key}).text; }
    void put(const std::string& key, std::string bytes) { raw({"SET", key, std::move(bytes)}); }
    bool exists(const std::string& key) { return raw({"EXISTS", key}).is_integer(1); }
    /// How many SET commands Redis has carried out so far.
    int writes()
    {
        const std::string stats = raw({"INFO", "commandstats"}).text;
        const auto at = stats.find("cmdstat_set:calls=");
        return at == std::string::npos ? 0 : std::stoi(stats.substr(at + 18));
    }

    const std::string meta = layout::meta_key(scope);
    const std::string chunk0 = layout::chunk_key(scope, 0);
};

} // namespace polyglance::test
