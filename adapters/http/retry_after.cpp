#include "adapters/http/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace polyglance {

std::optional<std::chrono::seconds> read_retry_after(std::string_view value, Instant now)
{
    using std::chrono::seconds;
    constexpr seconds most = std::chrono::hours{1};
    if (const auto date = parse_http_date(value)) {
        return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds{0}, most);
    }
    std::uint32_t count = 0;
    const char* const end = value.data() + value.size();
    const auto [stopped, error] = std::from_chars(value.data(), end, count);
    if (value.empty() || stopped != end || error == std::errc::invalid_argument) {
        return std::nullopt;
    }
    return error == std::errc::result_out_of_range ? most : std::min(seconds{count}, most);
}

} // namespace polyglance
