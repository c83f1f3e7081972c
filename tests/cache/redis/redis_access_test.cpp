#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "tests/cache/redis/store_bench.hpp"
#include "tests/support/test_certificates.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::RedisServer;
using test::run;
using test::sample_identity;
using test::sample_snapshot;
using test::scope;

const std::string password = "canary-5b1f-pass";

struct Access : test::StoreBench {
    /// Whether a snapshot makes it there and back. The reason, when not, is in `health`.
    bool works(const RedisConfig& config)
    {
        const auto one = store(config);
        const bool saved = run(io, one->save(scope, sample_snapshot(3), 1h, soon()));
        const bool loaded = run(io, one->load(scope, sample_identity, soon())).has_value();
        health = one->health();
        return saved && loaded;
    }
    StoreHealth health;
};

TEST(RedisAccess, TakesAUnixSocket)
{
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    RedisConfig config;
    config.unix_path = server.unix_path();
    config.timeout = Access::calm;

    Access bench;
    EXPECT_TRUE(bench.works(config)) << bench.health.last_error;

    config.unix_path = std::string(200, 'x');
    EXPECT_FALSE(bench.works(config));
    EXPECT_EQ(bench.health.last_error, "the host or socket path has no usable address");
}

TEST(RedisAccess, ResolvesAName)
{
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    RedisConfig config = test::config_for(server.port());
    config.host = "localhost";

    Access bench;
    EXPECT_TRUE(bench.works(config)) << bench.health.last_error;
}

TEST(RedisAccess, SelectsTheDatabase)
{
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    RedisConfig config = test::config_for(server.port());
    config.database = 3;

    Access bench;
    EXPECT_TRUE(bench.works(config)) << bench.health.last_error;

    test::RawClient first(bench, test::config_for(server.port()));
    EXPECT_TRUE(first({"DBSIZE"}).is_integer(0));
    config.database = 99;
    EXPECT_FALSE(bench.works(config));
    EXPECT_EQ(bench.health.last_error, "Redis refused: ERR");
}

TEST(RedisAccess, GivesThePassword)
{
    SKIP_WITHOUT_REDIS();
    RedisServer server({"--requirepass", password});
    RedisConfig config = test::config_for(server.port());
    config.password = Secret(password);
    Access bench;
    EXPECT_TRUE(bench.works(config)) << bench.health.last_error;

    config.password = Secret(password + "x");
    EXPECT_FALSE(bench.works(config));
    EXPECT_EQ(bench.health.last_error, "Redis refused: WRONGPASS");
    config.password = Secret();
    EXPECT_FALSE(bench.works(config));
    EXPECT_EQ(bench.health.last_error, "Redis refused: NOAUTH");
}

/// The list of rights that the documentation asks for, and no more.
TEST(RedisAccess, LivesWithARestrictedUser)
{
    SKIP_WITHOUT_REDIS();
    RedisServer server({"--user",
                        "default",
                        "off",
                        "--user",
                        "images",
                        "on",
                        ">" + password,
                        "~" + layout::key_prefix() + "*",
                        "&" + layout::events_channel(),
                        "+ping",
                        "+select",
                        "+strlen",
                        "+getrange",
                        "+set",
                        "+del",
                        "+unlink",
                        "+pexpire",
                        "+publish",
                        "+subscribe",
                        "+eval",
                        "+type",
                        "+pttl",
                        "+get",
                        "+zadd",
                        "+zrange",
                        "+zrangebyscore",
                        "+zremrangebyscore",
                        "+zremrangebyrank",
                        "+pexpireat"});
    RedisConfig config = test::config_for(server.port());
    config.username = "images";
    config.password = Secret(password);

    Access bench;
    EXPECT_TRUE(bench.works(config)) << bench.health.last_error;
    EXPECT_EQ(bench.health.errors, 0u) << bench.health.last_error;
    const auto store = bench.store(config);
    EXPECT_TRUE(run(bench.io, store->acquire_lease(scope, 1min, bench.soon())));
    run(bench.io, store->release_lease(scope, bench.soon()));
    EXPECT_TRUE(run(bench.io, store->add_tombstone(scope, {"id", bench.clock.now() + 1h}, bench.soon())));
    EXPECT_EQ(run(bench.io, store->tombstones(scope, bench.soon())).size(), 1u);
    EXPECT_EQ(store->health().errors, 0u) << store->health().last_error;

    Access stranger;
    config.username = "somebody";
    EXPECT_FALSE(stranger.works(config));
    EXPECT_EQ(stranger.health.last_error, "Redis refused: WRONGPASS");
}

/// A redis-server that speaks only TLS, and a client that trusts the test authority.
struct OverTls {
    explicit OverTls(test::FakeTls certificate, std::vector<std::string> options = {})
    {
        const auto made = test::make_certificate(certificate);
        std::ofstream(folder / "redis.crt") << made.certificate_pem;
        std::ofstream(folder / "redis.key") << made.key_pem;
        options.insert(options.end(), {"--tls-cert-file", folder / "redis.crt", "--tls-key-file", folder / "redis.key",
                                       "--tls-ca-cert-file", test::test_ca_file(), "--tls-auth-clients", "no"});
        server.emplace(options, RedisServer::Port::tls);
        config = test::config_for(server->port());
        config.tls = true;
        config.ca_file = test::test_ca_file();
    }
    ~OverTls() { std::filesystem::remove_all(folder); }

    std::filesystem::path folder = test::make_temporary_directory();
    std::optional<RedisServer> server;
    RedisConfig config;
};

TEST(RedisAccess, SpeaksTls)
{
    SKIP_WITHOUT_REDIS();
    OverTls redis(test::FakeTls::valid);

    Access bench;
    EXPECT_TRUE(bench.works(redis.config)) << bench.health.last_error;

    redis.config.host = "localhost";
    EXPECT_TRUE(bench.works(redis.config)) << bench.health.last_error;
}

TEST(RedisAccess, MovesManyChunksOverTls)
{
    SKIP_WITHOUT_REDIS();
    OverTls redis(test::FakeTls::valid);
    Access bench;
    const auto store = bench.store(redis.config);

    EXPECT_TRUE(run(bench.io, store->save(scope, sample_snapshot(1'500), 1h, bench.soon())));

    const auto loaded = run(bench.io, store->load(scope, sample_identity, bench.soon()));
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->snapshot->size(), 1'500u);
}

TEST(RedisAccess, RefusesACertificateThatIsNotRight)
{
    SKIP_WITHOUT_REDIS();
    using enum test::FakeTls;
    for (const auto kind : {expired, not_yet_valid, wrong_host, self_signed, unknown_authority}) {
        OverTls redis(kind);
        Access bench;
        EXPECT_FALSE(bench.works(redis.config)) << static_cast<int>(kind);
        EXPECT_EQ(bench.health.last_error, "the TLS handshake failed");
    }
}

TEST(RedisAccess, RefusesOldTls)
{
    SKIP_WITHOUT_REDIS();
    OverTls redis(test::FakeTls::valid, {"--tls-protocols", "TLSv1.1", "--tls-ciphers", "DEFAULT@SECLEVEL=0"});
    Access bench;

    EXPECT_FALSE(bench.works(redis.config));
    EXPECT_EQ(bench.health.last_error, "the TLS handshake failed");
}

TEST(RedisAccess, AMissingAuthorityIsNamed)
{
    SKIP_WITHOUT_REDIS();
    OverTls redis(test::FakeTls::valid);
    Access bench;

    redis.config.ca_file = "/nowhere/ca.pem";
    EXPECT_FALSE(bench.works(redis.config));
    EXPECT_EQ(bench.health.last_error, "the CA file cannot be read");

    redis.config.ca_file = "";
    EXPECT_FALSE(bench.works(redis.config)) << "the system does not know the test authority";
    EXPECT_EQ(bench.health.last_error, "the TLS handshake failed");
}

TEST(RedisAccess, APlainServerIsNotTakenForATlsOne)
{
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    RedisConfig config = test::config_for(server.port(), 200ms);
    config.tls = true;
    Access bench;

    EXPECT_FALSE(bench.works(config));
    EXPECT_FALSE(bench.health.last_error.empty());
}

} // namespace
} // namespace polyglance
