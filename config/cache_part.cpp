#include "config/address.hpp"
#include "config/parts.hpp"
#include "config/scalars.hpp"
#include "config/words.hpp"

namespace polyglance::config {
namespace {

using namespace std::chrono_literals;

void read_redis(Section section, std::optional<RedisConfig>& out)
{
    if (!section.present()) {
        return;
    }
    RedisConfig redis;
    std::string url;
    std::string error;
    section.require("url", "redis://host:6379/0, rediss://..., redis+sentinel://... or unix:///path");
    if (section.text("url", url) && !parse_redis_url(url, redis, error)) {
        section.problem("url", error);
    }
    section.text("username", redis.username);
    section.secret("password", redis.password, SecretUse::text);
    section.ca_file("ca_file", redis.ca_file);
    section.duration("timeout", redis.timeout, 1ms, 10s);
    section.finish();
    if (!section.sound()) {
        return;
    }
    if (!redis.username.empty() && redis.password.empty()) {
        section.problem("username", "needs a password, or password_file, beside it");
    }
    if (!redis.ca_file.empty() && !redis.tls) {
        section.problem("ca_file", "is of use only with rediss://");
    }
    if (!redis.password.empty() && !redis.tls && redis.unix_path.empty() &&
        (!redis.sentinels.empty() || !is_loopback(redis.host))) {
        section.reading().warning(section.where(),
                                  "the Redis password crosses the network in clear; rediss:// hides it");
    }
    out = std::move(redis);
}

/// "host:port,host:port" into `sentinels`.
bool read_sentinels(std::string_view hosts, RedisConfig& out, std::string& error)
{
    constexpr std::uint16_t usual_port = 26379;
    while (!hosts.empty()) {
        const auto comma = std::min(hosts.find(','), hosts.size());
        const auto where = split_host_port(hosts.substr(0, comma), error);
        if (!where) {
            return false;
        }
        out.sentinels.push_back({where->host, where->port.value_or(usual_port)});
        if (out.sentinels.back().port == 0) {
            error = "must have ports between 1 and 65535";
            return false;
        }
        hosts.remove_prefix(std::min(comma + 1, hosts.size()));
    }
    if (out.sentinels.empty()) {
        error = "must name at least one Sentinel";
    }
    return error.empty();
}

} // namespace

bool parse_redis_url(std::string_view text, RedisConfig& out, std::string& error)
{
    constexpr std::string_view unix_scheme = "unix://";
    if (text.starts_with(unix_scheme)) {
        out.unix_path = text.substr(unix_scheme.size());
        // The system's limit for the name of a socket is 107 bytes.
        if (!out.unix_path.starts_with('/') || out.unix_path.size() > 107 || out.unix_path.contains('?')) {
            error = "must name a socket by its whole path of at most 107 bytes: unix:///path";
        }
        return error.empty();
    }
    const auto scheme_end = text.find("://");
    const std::string_view scheme = text.substr(0, scheme_end);
    const bool by_sentinel = scheme == "redis+sentinel" || scheme == "rediss+sentinel";
    if (scheme_end == std::string_view::npos || (scheme != "redis" && scheme != "rediss" && !by_sentinel)) {
        error = "must start with redis://, rediss://, redis+sentinel:// or unix:///";
        return false;
    }
    out.tls = scheme.starts_with("rediss");
    text.remove_prefix(scheme_end + 3);
    if (text.contains('@')) {
        error = "must not hold a user or password; use username and password_file";
        return false;
    }
    auto slash = std::min(text.find('/'), text.size());
    const std::string_view hosts = text.substr(0, slash);
    text.remove_prefix(slash);
    if (by_sentinel) {
        if (!read_sentinels(hosts, out, error)) {
            return false;
        }
        text.remove_prefix(text.starts_with('/') ? 1 : 0);
        slash = std::min(text.find('/'), text.size());
        out.master_name = text.substr(0, slash);
        text.remove_prefix(slash);
        if (out.master_name.empty()) {
            error = "must name the master: redis+sentinel://host:26379,host:26379/mymaster/0";
            return false;
        }
    } else {
        const auto where = split_host_port(hosts, error);
        if (!where) {
            return false;
        }
        out.host = where->host;
        out.port = where->port.value_or(6379);
    }
    std::string_view database = text;
    database.remove_prefix(database.starts_with('/') ? 1 : 0);
    const auto number = database.empty() ? 0 : parse_count(database);
    if (!number || *number > 15 || out.port == 0) {
        error = out.port == 0 ? "must have a port between 1 and 65535" : "must end in a database from /0 to /15";
        return false;
    }
    out.database = static_cast<int>(*number);
    return true;
}

void read_cache(Section section, CacheConfig& out)
{
    section.duration("ttl", out.ttl, 1ms, 168h);
    section.duration("stale", out.stale, 1ms, 8760h);
    section.duration("min_refresh", out.min_refresh, 1ms, 24h);
    section.duration("idle_after", out.idle_after, 1ms, 168h);
    section.size("memory", out.memory, 1UL << 20, 1UL << 40);
    read_redis(section.section("redis"), out.redis);
    section.finish();
    if (!section.sound()) {
        return;
    }
    if (out.ttl > out.stale) {
        section.problem("ttl", "must not be longer than stale (" + format_duration(out.stale) + ")");
    }
    if (out.min_refresh > out.ttl) {
        section.problem("min_refresh", "must not be longer than ttl (" + format_duration(out.ttl) + ")");
    }
}

void read_query(Section section, QueryConfig& out)
{
    constexpr std::size_t shortest_key = 32;
    section.count<std::size_t>("default_limit", out.default_limit, 1, 10'000);
    section.count<std::size_t>("max_limit", out.max_limit, 1, 10'000);
    section.duration("wait", out.wait, 0ms, 5min);
    section.duration("max_wait", out.max_wait, 0ms, 5min);
    section.duration("walk_grace", out.walk_grace, 0ms, 24h);
    section.secret("cursor_key", out.cursor_key, SecretUse::bytes);
    section.finish();
    if (!section.sound()) {
        return;
    }
    if (out.default_limit > out.max_limit) {
        section.problem("default_limit", "must not be above max_limit (" + std::to_string(out.max_limit) + ")");
    }
    if (out.wait > out.max_wait) {
        section.problem("wait", "must not be longer than max_wait (" + format_duration(out.max_wait) + ")");
    }
    if (!out.cursor_key.empty() && out.cursor_key.reveal().size() < shortest_key) {
        section.problem(section.has("cursor_key") ? "cursor_key" : "cursor_key_file", "must hold at least 32 bytes");
    }
}

void read_log(Section section, LogConfig& out)
{
    section.word<LogFormat>("format", out.format, log_format_words);
    section.word<LogLevel>("level", out.level, log_level_words);
    section.finish();
}

} // namespace polyglance::config
