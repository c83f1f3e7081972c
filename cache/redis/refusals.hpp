#pragma once

#include <map>
#include <string>

#include "cache/redis/protocol.hpp"

namespace polyglance {

/// Which of our commands Redis refuses. A refusal lasts until the same command is carried out: others that go well, as
/// reads do while Redis is full or read-only, do not end it.
class Refusals {
public:
    /// Takes the reply to a command of that name.
    void take(const std::string& command, const RedisReply& reply);
    void forget() { codes_.clear(); }
    /// The code of one that lasts, as `RedisReply::error_code`; "" when nothing is refused.
    std::string code() const;

private:
    std::map<std::string, std::string> codes_; ///< by command
};

} // namespace polyglance
