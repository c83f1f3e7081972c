#pragma once

#include <string_view>

/// What must happen in Redis in one step. Each script works on the one key it is given, so a cluster takes them too.
namespace polyglance::scripts {

/// KEYS lease. ARGV holder, hold in ms, longest hold in ms. 1 = it is ours, 0 = another one holds it. A lease of the
/// same holder, who could not release it while Redis was away, is his again. What is no string, or stays longer than
/// any lease, was not put there by a replica and gives way.
inline constexpr std::string_view acquire_lease = R"(
local kind = redis.call('TYPE', KEYS[1]).ok
local left = redis.call('PTTL', KEYS[1])
local ours = kind == 'string' and redis.call('GET', KEYS[1]) == ARGV[1]
if ours or kind ~= 'none' and (kind ~= 'string' or left == -1 or left > tonumber(ARGV[3])) then
    redis.call('DEL', KEYS[1])
end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
)";

/// KEYS lease. ARGV holder. Ends the lease unless it has run out and is another one's by now.
inline constexpr std::string_view release_lease = R"(
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
)";

/// KEYS tombstones. ARGV now, until, native id, most tombstones. Scores are microseconds; the key goes with its last
/// one.
inline constexpr std::string_view add_tombstone = R"(
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'zset' and kind ~= 'none' then
    redis.call('DEL', KEYS[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', math.ceil(tonumber(last[2]) / 1000)))
return 1
)";

} // namespace polyglance::scripts
