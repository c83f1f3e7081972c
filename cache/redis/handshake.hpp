#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cache/redis/pipeline.hpp"
#include "config/config.hpp"

namespace polyglance {

/// What goes out first on every connection: who we are, which database, our name, and a PING, which shows that Redis
/// answers us in time and is not still loading. Then `greeting`.
RedisCommands handshake(const RedisConfig& config, const std::string& name, const RedisCommands& greeting);

/// Why Redis does not take us.
struct HandshakeRefusal {
    std::string words; ///< ours
    std::string code;  ///< of Redis; "" when it gave none
};

/// From its replies to the commands above; empty when it takes us.
std::optional<HandshakeRefusal> refused_handshake(const RedisCommands& commands, const RedisReplies& replies);

/// An error of Redis as we may show it: only its code.
std::string refusal(std::string_view code);

/// An error with that code says that this server cannot serve us, while its name may lead to a better one by now.
bool is_wrong_server(std::string_view code);

} // namespace polyglance
