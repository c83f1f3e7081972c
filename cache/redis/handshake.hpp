#pragma once

#include <optional>
#include <string>

#include "cache/redis/pipeline.hpp"
#include "config/config.hpp"

namespace polyglance {

/// What goes out first on every connection: who we are, which database, our name, and a PING, which shows that Redis
/// answers us in time and is not still loading. Then `greeting`.
RedisCommands handshake(const RedisConfig& config, const std::string& name, const RedisCommands& greeting);

/// Why Redis does not take us, from its replies to the commands above; empty when it does.
std::optional<std::string> refused_handshake(const RedisCommands& commands, const RedisReplies& replies);

/// An error of Redis as we may show it: only its code.
std::string refusal(const RedisReply& error);

/// The error says that this server cannot serve us, while its name may lead to a better one by now.
bool wrong_server(const RedisReply& error);

} // namespace polyglance
