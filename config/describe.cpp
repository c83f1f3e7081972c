#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include "config/load.hpp"
#include "config/scalars.hpp"
#include "config/words.hpp"

namespace polyglance {
namespace {

using namespace config;

/// A YAML emitter that knows the forms of our values.
class Writer {
public:
    void open(std::string_view key)
    {
        put_key(key);
        out_ << YAML::BeginMap;
    }
    void entry(std::string_view value) { out_ << YAML::DoubleQuoted << std::string(value); }
    void open_entry() { out_ << YAML::BeginMap; }
    void close() { out_ << YAML::EndMap; }
    void open_list(std::string_view key)
    {
        put_key(key);
        out_ << YAML::BeginSeq;
    }
    void close_list() { out_ << YAML::EndSeq; }

    /// A word or figure of ours.
    void word(std::string_view key, std::string_view value)
    {
        put_key(key);
        out_ << std::string(value);
    }
    /// Free text, quoted, so that it stays text for every reader.
    void text(std::string_view key, std::string_view value)
    {
        put_key(key);
        out_ << YAML::DoubleQuoted << std::string(value);
    }
    void text_if(std::string_view key, std::string_view value)
    {
        if (!value.empty()) {
            text(key, value);
        }
    }
    void flag(std::string_view key, bool value) { word(key, value ? "true" : "false"); }
    void count(std::string_view key, std::size_t value) { word(key, std::to_string(value)); }
    void duration(std::string_view key, std::chrono::milliseconds value) { word(key, format_duration(value)); }
    void size(std::string_view key, std::size_t value) { word(key, format_size(value)); }
    void secret(std::string_view key, const Secret& value)
    {
        if (!value.empty()) {
            text(key, Secret::mask);
        }
    }

    std::string take() { return std::string(out_.c_str()) + "\n"; }

private:
    void put_key(std::string_view key) { out_ << YAML::Key << std::string(key) << YAML::Value; }

    YAML::Emitter out_;
};

std::string address(const ListenAddress& listen)
{
    const bool v6 = listen.host.contains(':');
    return (v6 ? "[" + listen.host + "]" : listen.host) + ":" + std::to_string(listen.port);
}

std::string redis_url(const RedisConfig& redis)
{
    if (!redis.unix_path.empty()) {
        return "unix://" + redis.unix_path;
    }
    if (!redis.sentinels.empty()) {
        std::string out = redis.tls ? "rediss+sentinel://" : "redis+sentinel://";
        for (const auto& sentinel : redis.sentinels) {
            out += (out.ends_with('/') ? "" : ",") + address({sentinel.host, sentinel.port});
        }
        return out + "/" + redis.master_name + "/" + std::to_string(redis.database);
    }
    return (redis.tls ? "rediss://" : "redis://") + address({redis.host, redis.port}) + "/" +
           std::to_string(redis.database);
}

void write_server(Writer& out, const Config& config)
{
    const ServerConfig& server = config.server;
    out.open("server");
    out.open_list("listen");
    for (const auto& listen : server.listen) {
        out.entry(address(listen));
    }
    out.close_list();
    out.text("admin", server.admin ? address(*server.admin) : "");
    out.count("threads", server.threads);
    out.duration("header_timeout", server.header_timeout);
    out.duration("idle_timeout", server.idle_timeout);
    out.duration("write_timeout", server.write_timeout);
    out.count("max_connections", server.max_connections);
    out.count("rate_limit", server.rate_limit);
    if (server.memory_limit != 0) {
        out.size("memory_limit", server.memory_limit);
    }
    out.text_if("user", server.user);
    if (server.tls) {
        out.open("tls");
        out.text("certificate", server.tls->certificate);
        out.text("key", server.tls->key);
        out.close();
    }
    out.open_list("trusted_proxies");
    for (const auto& network : server.trusted_proxies) {
        out.entry(network.text);
    }
    out.close_list();
    out.duration("drain_delay", server.drain_delay);
    out.duration("drain_timeout", server.drain_timeout);
    out.close();
}

void write_front_auth(Writer& out, const FrontAuthConfig& auth)
{
    out.open("auth");
    out.word("mode", auth.tokens_required ? "tokens" : "none");
    out.flag("insecure_open", auth.insecure_open);
    out.text_if("tokens_file", auth.tokens_file);
    out.close();
}

void write_cache(Writer& out, const CacheConfig& cache)
{
    out.open("cache");
    out.duration("ttl", cache.ttl);
    out.duration("stale", cache.stale);
    out.duration("min_refresh", cache.min_refresh);
    out.duration("idle_after", cache.idle_after);
    out.size("memory", cache.memory);
    if (cache.redis) {
        out.open("redis");
        out.text("url", redis_url(*cache.redis));
        out.text("username", cache.redis->username);
        out.secret("password", cache.redis->password);
        out.text("ca_file", cache.redis->ca_file);
        out.duration("timeout", cache.redis->timeout);
        out.close();
    }
    out.close();
}

void write_query(Writer& out, const QueryConfig& query)
{
    out.open("query");
    out.count("default_limit", query.default_limit);
    out.count("max_limit", query.max_limit);
    out.duration("wait", query.wait);
    out.duration("max_wait", query.max_wait);
    out.duration("walk_grace", query.walk_grace);
    out.secret("cursor_key", query.cursor_key);
    out.close();
}

void write_auth(Writer& out, const AuthConfig& auth)
{
    const bool acs = auth.type == AuthType::acs;
    out.open("auth");
    out.word("type", to_string(auth.type));
    out.text_if("auth_url", auth.auth_url);
    out.text_if("username", auth.username);
    out.text_if("user_id", auth.user_id);
    out.text_if("user_domain_name", auth.user_domain_name);
    out.text_if("user_domain_id", auth.user_domain_id);
    out.secret("password", auth.password);
    out.text_if("project_name", auth.project_name);
    out.text_if("project_id", auth.project_id);
    out.text_if("project_domain_name", auth.project_domain_name);
    out.text_if("project_domain_id", auth.project_domain_id);
    out.text_if("domain_name", auth.domain_name);
    out.text_if("domain_id", auth.domain_id);
    out.text_if("id", auth.credential_id);
    out.text_if("name", auth.credential_name);
    out.secret("secret", auth.credential_secret);
    out.secret("token", auth.token);
    out.secret(acs ? "access_key_id" : "access_key", auth.access_key);
    out.secret(acs ? "access_key_secret" : "secret_key", auth.secret_key);
    out.secret("security_token", auth.security_token);
    out.close();
}

void write_source(Writer& out, const SourceConfig& source)
{
    out.open_entry();
    out.text("id", source.id);
    out.word("provider", to_string(source.provider));
    out.text("title", source.title);
    out.flag("enabled", source.enabled);
    out.text_if("endpoint", source.endpoint ? source.endpoint->url() : "");
    out.text_if("region", source.region);
    out.word("interface", source.interface);
    write_auth(out, source.auth);
    out.flag("allow_plaintext", source.allow_plaintext);
    out.flag("allow_loopback", source.allow_loopback);
    out.flag("allow_delete", source.allow_delete);
    out.flag("withdraw_when_refused", source.withdraw_when_refused);
    out.duration("ttl", source.ttl);
    out.duration("full_every", source.full_every);
    out.duration("request_timeout", source.request_timeout);
    out.duration("drain_timeout", source.drain_timeout);
    out.count("max_in_flight", source.max_in_flight);
    out.count("page_size", source.page_size);
    out.count("max_images", source.max_images);
    out.size("max_page_bytes", source.max_page_bytes);
    out.word("shrink_guard", std::to_string(source.shrink_guard_percent) + "%");
    out.open("tls");
    out.text("ca_file", source.tls.ca_file);
    out.flag("verify", source.tls.verify);
    out.close();
    if (source.provider == Provider::nova) {
        out.open("nova");
        out.word("listing", word_for(nova_listing_words, source.nova_listing));
        out.close();
    }
    out.close();
}

} // namespace

std::string describe(const Config& config)
{
    Writer out;
    out.open_entry();
    write_server(out, config);
    write_front_auth(out, config.auth);
    write_cache(out, config.cache);
    write_query(out, config.query);
    out.open_list("sources");
    for (const auto& source : config.sources) {
        write_source(out, source);
    }
    out.close_list();
    out.open("log");
    out.word("format", word_for(log_format_words, config.log.format));
    out.word("level", word_for(log_level_words, config.log.level));
    out.close();
    out.close();
    return out.take();
}

} // namespace polyglance
