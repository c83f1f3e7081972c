#include "cache/redis/refusals.hpp"

namespace polyglance {

void Refusals::take(const std::string& command, const RedisReply& reply)
{
    // These tidy up now and then: nothing would tell soon that they are no longer refused.
    if (command == "DEL" || command == "UNLINK") {
        return;
    }
    const std::string code = reply.error_code();
    // A value of the wrong type is no refusal: it is at fault alone, and replaced.
    if (code.empty() || code == "WRONGTYPE") {
        codes_.erase(command);
    } else {
        codes_[command] = code;
    }
}

std::string Refusals::code() const
{
    return codes_.empty() ? std::string{} : codes_.begin()->second;
}

} // namespace polyglance
