#include "model/clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace polyglance {
namespace {

using namespace std::chrono;

constexpr std::array<const char*, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Takes exactly `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count)
{
    if (text.size() < count ||
        !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count), is_digit)) {
        return std::nullopt;
    }
    int value = 0;
    std::from_chars(text.data(), text.data() + count, value);
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

/// `beside`: what is to be added to it. Empty for what does not exist, and outside of the years that have four digits,
/// to which a leap second or a zone may carry: there text order would no longer be time order.
std::optional<Instant> make_instant(int y, int mo, int d, int h, int mi, int s, microseconds beside = {})
{
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    // 60 is a leap second; it is counted as the first second of the next minute.
    if (!date.ok() || h > 23 || mi > 59 || s > 60) {
        return std::nullopt;
    }
    const Instant out = Instant{sys_days{date}} + hours{h} + minutes{mi} + seconds{s} + beside;
    const bool writable = out >= sys_days{year{0} / 1 / 1} && out < sys_days{year{10000} / 1 / 1};
    return writable ? std::optional(out) : std::nullopt;
}

std::optional<microseconds> take_fraction(std::string_view& text)
{
    std::int64_t micros = 0;
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) {
        if (digits < 6) {
            micros = micros * 10 + (text[digits] - '0');
        }
        ++digits;
    }
    if (digits == 0 || digits > 9) {
        return std::nullopt;
    }
    for (std::size_t i = digits; i < 6; ++i) {
        micros *= 10;
    }
    text.remove_prefix(digits);
    return microseconds{micros};
}

/// What follows the time of day; the whole rest must be a zone.
std::optional<minutes> read_zone(std::string_view text)
{
    if (text.empty() || text == "Z" || text == "z") {
        return minutes{0};
    }
    const int sign = text.front() == '-' ? -1 : 1;
    if (text.front() != '+' && text.front() != '-') {
        return std::nullopt;
    }
    text.remove_prefix(1);
    const auto h = take_digits(text, 2);
    take(text, ':');
    const auto m = take_digits(text, 2);
    if (!h || !m || !text.empty() || *h > 23 || *m > 59) {
        return std::nullopt;
    }
    return minutes{sign * (*h * 60 + *m)};
}

/// `YYYY-MM-DDThh:mm:ssZ`, what nearly all rows of all listings have. Empty for every other form.
std::optional<Instant> parse_usual_timestamp(std::string_view text)
{
    constexpr std::string_view shape = "0000-00-00T00:00:00Z";
    if (text.size() != shape.size()) {
        return std::nullopt;
    }
    for (std::size_t at = 0; at < shape.size(); ++at) {
        if (shape[at] == '0' ? !is_digit(text[at]) : text[at] != shape[at]) {
            return std::nullopt;
        }
    }
    const auto two = [text](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    return make_instant(two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17));
}

std::optional<Instant> from_epoch_digits(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return text.size() == 10 ? Instant{seconds{value}} : Instant{milliseconds{value}};
}

} // namespace

Instant SystemClock::now() const
{
    return time_point_cast<microseconds>(system_clock::now());
}

steady_clock::time_point SystemClock::steady_now() const
{
    return steady_clock::now();
}

std::optional<Instant> parse_timestamp(std::string_view text)
{
    if (const auto usual = parse_usual_timestamp(text)) {
        return usual;
    }
    if ((text.size() == 10 || text.size() == 13) && std::all_of(text.begin(), text.end(), is_digit)) {
        return from_epoch_digits(text);
    }
    const auto y = take_digits(text, 4);
    const bool dash1 = y && take(text, '-');
    const auto mo = dash1 ? take_digits(text, 2) : std::nullopt;
    const bool dash2 = mo && take(text, '-');
    const auto d = dash2 ? take_digits(text, 2) : std::nullopt;
    if (!d || !(take(text, 'T') || take(text, 't') || take(text, ' '))) {
        return std::nullopt;
    }
    const auto h = take_digits(text, 2);
    const bool colon1 = h && take(text, ':');
    const auto mi = colon1 ? take_digits(text, 2) : std::nullopt;
    const bool colon2 = mi && take(text, ':');
    const auto s = colon2 ? take_digits(text, 2) : std::nullopt;
    if (!s) {
        return std::nullopt;
    }
    microseconds fraction{0};
    if (take(text, '.')) {
        const auto read = take_fraction(text);
        if (!read) {
            return std::nullopt;
        }
        fraction = *read;
    }
    const auto zone = read_zone(text);
    return zone ? make_instant(*y, *mo, *d, *h, *mi, *s, fraction - *zone) : std::nullopt;
}

std::string format_timestamp(Instant instant)
{
    const auto date = floor<days>(instant);
    const year_month_day ymd{date};
    const hh_mm_ss time{instant - date};
    std::string out = "0000-00-00T00:00:00.000000Z";
    const auto put = [&out](std::size_t end, std::size_t digits, std::uint64_t number) {
        for (; digits > 0; --digits, number /= 10) {
            out[--end] = static_cast<char>('0' + number % 10);
        }
    };
    put(4, 4, static_cast<std::uint64_t>(static_cast<int>(ymd.year())));
    put(7, 2, static_cast<unsigned>(ymd.month()));
    put(10, 2, static_cast<unsigned>(ymd.day()));
    put(13, 2, static_cast<std::uint64_t>(time.hours().count()));
    put(16, 2, static_cast<std::uint64_t>(time.minutes().count()));
    put(19, 2, static_cast<std::uint64_t>(time.seconds().count()));
    put(26, 6, static_cast<std::uint64_t>(time.subseconds().count()));
    return out;
}

std::string format_http_date(Instant instant)
{
    const auto date = floor<days>(instant);
    const year_month_day ymd{date};
    const weekday wd{date};
    const hh_mm_ss time{floor<seconds>(instant - date)};
    std::array<char, 40> out{};
    const int n =
        std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", day_names[wd.c_encoding()],
                      static_cast<unsigned>(ymd.day()), month_names[static_cast<unsigned>(ymd.month()) - 1],
                      static_cast<int>(ymd.year()), static_cast<int>(time.hours().count()),
                      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return {out.data(), static_cast<std::size_t>(n)};
}

std::optional<Instant> parse_http_date(std::string_view text)
{
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
        return std::nullopt;
    }
    std::string_view rest = text.substr(5, 20);
    const auto d = take_digits(rest, 2);
    const bool space1 = d && take(rest, ' ');
    const std::string_view month_text = space1 ? rest.substr(0, 3) : std::string_view{};
    const auto found = std::find(month_names.begin(), month_names.end(), month_text);
    if (found == month_names.end()) {
        return std::nullopt;
    }
    rest.remove_prefix(3);
    const bool space2 = take(rest, ' ');
    const auto y = space2 ? take_digits(rest, 4) : std::nullopt;
    const bool space3 = y && take(rest, ' ');
    const auto h = space3 ? take_digits(rest, 2) : std::nullopt;
    const bool colon1 = h && take(rest, ':');
    const auto mi = colon1 ? take_digits(rest, 2) : std::nullopt;
    const bool colon2 = mi && take(rest, ':');
    const auto s = colon2 ? take_digits(rest, 2) : std::nullopt;
    if (!s) {
        return std::nullopt;
    }
    return make_instant(*y, static_cast<int>(found - month_names.begin()) + 1, *d, *h, *mi, *s);
}

} // namespace polyglance
