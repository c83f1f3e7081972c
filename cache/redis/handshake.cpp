#include "cache/redis/handshake.hpp"

namespace polyglance {

RedisCommands handshake(const RedisConfig& config, const std::string& name, const RedisCommands& greeting)
{
    RedisCommands commands;
    if (!config.password.empty()) {
        RedisCommand& auth = commands.emplace_back(RedisCommand{"AUTH"});
        if (!config.username.empty()) {
            auth.push_back(config.username);
        }
        auth.push_back(config.password.reveal());
    }
    if (config.database != 0) {
        commands.push_back({"SELECT", std::to_string(config.database)});
    }
    if (!config.sentinels.empty()) {
        commands.push_back({"ROLE"}); // a Sentinel may not have heard yet that its master has become a replica
    }
    commands.push_back({"CLIENT", "SETNAME", name});
    commands.push_back({"PING"});
    commands.insert(commands.end(), greeting.begin(), greeting.end());
    return commands;
}

std::optional<HandshakeRefusal> refused_handshake(const RedisCommands& commands, const RedisReplies& replies)
{
    for (std::size_t i = 0; i < commands.size(); ++i) {
        // A name is a courtesy that an access list may forbid.
        const bool needed = commands[i][0] != "CLIENT";
        if (needed && replies[i].kind == RedisReply::Kind::error) {
            const std::string code = replies[i].error_code();
            return HandshakeRefusal{refusal(code), code};
        }
        if (commands[i][0] == "ROLE" && (replies[i].elements.empty() || replies[i].elements[0].text != "master")) {
            return HandshakeRefusal{"Redis is not the master any more", {}};
        }
    }
    return std::nullopt;
}

std::string refusal(std::string_view code)
{
    return "Redis refused: " + std::string(code);
}

bool is_wrong_server(std::string_view code)
{
    return code == "READONLY" || code == "MOVED" || code == "MASTERDOWN";
}

} // namespace polyglance
