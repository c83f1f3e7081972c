#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/section.hpp"

/// The readers of the configuration's parts. Each takes its section, fills a struct of defaults, and reports what is
/// wrong; the result counts only when nothing was.
namespace polyglance::config {

void read_server(Section section, ServerConfig& out);
/// `auth` of the front; listeners must be read before.
void read_front_auth(Section section, const ServerConfig& server, FrontAuthConfig& out);
void read_cache(Section section, CacheConfig& out);
void read_query(Section section, QueryConfig& out);
void read_log(Section section, LogConfig& out);

/// `host:port` to listen on, the host an address. `error` goes on from "it ...".
std::optional<ListenAddress> parse_listen(std::string_view text, std::string& error);
/// `redis://host:port/0`, `rediss://...`, `redis+sentinel://host:port,.../name/0` or `unix:///path` into the members of
/// `out` that say where. False, with `error` going on from "it ...", when it is none.
bool parse_redis_url(std::string_view text, RedisConfig& out, std::string& error);

} // namespace polyglance::config
