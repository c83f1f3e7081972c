#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/secret.hpp"
#include "model/image.hpp"

namespace polyglance {

/// scheme, host and port that a credential belongs to, plus the path prefix of the service behind them.
struct Endpoint {
    bool tls = false;
    std::string host;        ///< name or address; IPv6 without brackets
    std::uint16_t port = 0;  ///< never 0 once parsed
    std::string prefix = {}; ///< "" or "/path" without a trailing slash

    /// The `Host` header: brackets around IPv6, port only when it is not the scheme's default.
    std::string host_header() const;
    /// `https://host:port/prefix`, the port only when it is not the scheme's default.
    std::string url() const;
    bool loopback() const; ///< localhost, 127.0.0.0/8 or ::1
    bool operator==(const Endpoint&) const = default;
};

/// Reads `http[s]://host[:port][/prefix]`. `error` says what is wrong: no scheme, userinfo, query, fragment, port 0 or
/// above 65535, IPv6 without brackets, `..` in the path.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::string& error);

struct ListenAddress {
    std::string host;       ///< an address, not a name
    std::uint16_t port = 0; ///< 0 = any free port
    bool operator==(const ListenAddress&) const = default;
};

/// A range of addresses, as in 10.0.0.0/8 or fd00::/8.
struct Network {
    std::string text;                        ///< as configured
    std::array<unsigned char, 16> address{}; ///< IPv4 as an IPv4-mapped IPv6 address
    unsigned bits = 128;                     ///< that count, of those 128
    bool contains(std::string_view address_text) const;
    bool operator==(const Network&) const = default;
};

/// Reads an address, or an address and a prefix length. `error` goes on from "it ...".
std::optional<Network> parse_network(std::string_view text, std::string& error);

/// Absolute paths of PEM files. Both were readable and fitted each other when the configuration was read.
struct ServerTlsConfig {
    std::string certificate; ///< with its chain
    std::string key;
    bool operator==(const ServerTlsConfig&) const = default;
};

struct ServerConfig {
    std::vector<ListenAddress> listen{{"127.0.0.1", 8080}};                ///< data listeners
    std::optional<ListenAddress> admin = ListenAddress{"127.0.0.1", 9090}; ///< empty = off
    unsigned threads = 0;                                                  ///< front loops; 0 = one per core
    std::chrono::milliseconds header_timeout{10'000}; ///< the whole request head, not between reads
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t max_connections = 10'000;
    std::size_t rate_limit = 0;         ///< requests a second of one caller (its token, else its address); 0 = no limit
    std::optional<ServerTlsConfig> tls; ///< of the data listeners; empty = plain HTTP
    std::vector<Network> trusted_proxies;         ///< peers whose X-Forwarded-For and -Prefix count
    std::chrono::milliseconds drain_delay{1'000}; ///< SIGTERM: /readyz says 503 first, then accepting stops
    std::chrono::milliseconds drain_timeout{10'000};
    std::size_t memory_limit = 0; ///< resident bytes of the process; 0 = as its control group allows, if it says
    std::string user;             ///< whom to become when started as root; "" = nobody else
    bool operator==(const ServerConfig&) const = default;
};

/// What the holder of one token may do.
struct TokenConfig {
    std::string name;                 ///< for logs and limits; unique
    std::string sha256;               ///< of the token: 64 hex digits, lower case
    std::vector<std::string> sources; ///< patterns of source ids: `*` stands for any run of characters
    bool read_images = false, delete_images = false, refresh_sources = false; ///< scopes
    bool operator==(const TokenConfig&) const = default;
};

/// Who may call us.
struct FrontAuthConfig {
    bool tokens_required = false;         ///< mode: tokens; otherwise everybody may do everything
    std::string tokens_file = {};         ///< as configured
    std::vector<TokenConfig> tokens = {}; ///< what it holds
    bool insecure_open = false;           ///< nobody has to show a token although a listener is not loopback
    bool operator==(const FrontAuthConfig&) const = default;
};

struct RedisAddress {
    std::string host; ///< name or address; IPv6 without brackets
    std::uint16_t port = 0;
    bool operator==(const RedisAddress&) const = default;
};

struct RedisConfig {
    bool tls = false;                         ///< also towards the Sentinels
    std::vector<RedisAddress> sentinels = {}; ///< whom to ask where the master is; empty = `host` is Redis itself
    std::string master_name = {};             ///< as the Sentinels call it
    std::string host;                         ///< empty when `unix_path` or `sentinels` is set
    std::uint16_t port = 6379;
    std::string unix_path;
    int database = 0; ///< 0..15
    std::string username;
    Secret password;
    std::string ca_file;                   ///< "" = the system's
    std::chrono::milliseconds timeout{50}; ///< per command, then it is done without
    bool operator==(const RedisConfig&) const = default;
};

struct CacheConfig {
    std::chrono::milliseconds ttl{60'000};          ///< fresh for
    std::chrono::milliseconds stale{24 * 3600'000}; ///< served stale for
    std::chrono::milliseconds min_refresh{5'000};   ///< least time between two drains, whatever callers ask
    std::chrono::milliseconds idle_after{600'000};  ///< nobody asked for so long: stop polling
    std::size_t memory = 1UL << 30;                 ///< bound on rendered pages and indexes beyond the snapshots
    std::optional<RedisConfig> redis;               ///< empty = in-process only
    bool operator==(const CacheConfig&) const = default;
};

struct QueryConfig {
    std::size_t default_limit = 100;
    std::size_t max_limit = 1000;
    std::chrono::milliseconds wait{2'000}; ///< default of `wait_ms`
    std::chrono::milliseconds max_wait{30'000};
    std::chrono::milliseconds walk_grace{120'000}; ///< how long a generation stays walkable after a newer one
    Secret cursor_key;                             ///< empty = derived from the configured scopes
    bool operator==(const QueryConfig&) const = default;
};

enum class AuthType : std::uint8_t { none, token, password, application_credential, aksk, acs };
std::string_view to_string(AuthType type);

/// How we prove to a backend who we are. Which members count depends on `type`.
struct AuthConfig {
    AuthType type = AuthType::none;
    // password, application_credential (and token with a catalogue): Keystone or Huawei IAM v3
    std::string auth_url; ///< with or without /v3; "" where `type` needs none
    std::string username, user_id, user_domain_name, user_domain_id;
    Secret password;
    std::string project_name, project_id, project_domain_name, project_domain_id; ///< project scope
    std::string domain_name, domain_id;         ///< domain scope, or X-Domain-Id with aksk
    std::string credential_id, credential_name; ///< application credential: id, or name with a user
    Secret credential_secret;
    // token
    Secret token;
    // aksk, acs
    Secret access_key; ///< aksk: access_key; acs: access_key_id
    Secret secret_key; ///< aksk: secret_key; acs: access_key_secret
    Secret security_token;
    bool operator==(const AuthConfig&) const = default;
};

struct TlsConfig {
    std::string ca_file; ///< "" = the system's
    bool verify = true;
    bool operator==(const TlsConfig&) const = default;
};

enum class NovaListing : std::uint8_t { detail, brief };

struct SourceConfig {
    std::string id; ///< [a-z0-9][a-z0-9-]{0,62}, unique
    Provider provider = Provider::glance;
    std::string title; ///< default = id
    bool enabled = true;
    std::optional<Endpoint> endpoint; ///< empty: from the catalogue of `auth`, or the provider's well-known host
    std::string region;
    std::string interface = "public";
    AuthConfig auth;
    bool allow_plaintext = false;
    bool allow_loopback = false; ///< a look-up or a catalogue may lead to this machine
    bool allow_delete = false;
    bool withdraw_when_refused = false; ///< the last list goes when the cloud refuses our credentials
    std::chrono::milliseconds ttl{60'000};
    /// Between two drains of the whole list the source is only asked for what changed, where it can tell; a deletion
    /// shows with the next whole one. Up to `ttl`, 0 for example: every drain is a whole one.
    std::chrono::milliseconds full_every{600'000};
    std::chrono::milliseconds request_timeout{10'000}; ///< one upstream call
    std::chrono::milliseconds drain_timeout{120'000};  ///< one whole drain
    unsigned max_in_flight = 2;
    unsigned page_size = 0; ///< 0 = the adapter's best
    std::size_t max_images = 200'000;
    std::size_t max_page_bytes = 64UL << 20;
    unsigned shrink_guard_percent = 50; ///< a drain smaller by more needs a second one to confirm; 0 = off
    TlsConfig tls;
    NovaListing nova_listing = NovaListing::detail;
    bool operator==(const SourceConfig&) const = default;

    /// Hex SHA-256 over provider, endpoint or catalogue address, region, project and user identity: names the same
    /// source alike on every replica, holds no token and no endpoint in clear.
    std::string scope() const;
};

enum class LogFormat : std::uint8_t { automatic, text, json };
enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };

struct LogConfig {
    LogFormat format = LogFormat::automatic; ///< automatic = text on a terminal, JSON otherwise
    LogLevel level = LogLevel::info;
    bool operator==(const LogConfig&) const = default;
};

struct Config {
    ServerConfig server;
    FrontAuthConfig auth;
    CacheConfig cache;
    QueryConfig query;
    std::vector<SourceConfig> sources; ///< in file order; regions and clouds.yaml entries already unfolded
    LogConfig log;
    std::string file;                  ///< what was read, "" = defaults only
    std::vector<std::string> warnings; ///< allowed but worth a line at start, for example verify: false
};

} // namespace polyglance
