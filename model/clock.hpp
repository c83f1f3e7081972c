#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace polyglance {

/// A point of calendar time, UTC, microseconds: what the model and the API carry.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
/// When an operation must be over. Absolute, on the steady clock: passed on by every layer, restarted by none.
using Deadline = std::chrono::steady_clock::time_point;

/// The only source of time. Tests put a hand-driven clock in its place.
class Clock {
public:
    virtual ~Clock() = default;
    /// Calendar time: for what people and protocols read.
    virtual Instant now() const = 0;
    /// Steady time: for deadlines, expiry and back-off.
    virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
public:
    Instant now() const override;
    std::chrono::steady_clock::time_point steady_now() const override;
};

/// Reads the timestamp forms of the providers: `YYYY-MM-DD[T ]hh:mm:ss[.f{1,9}][Z|+hh:mm|+hhmm]`, no zone = UTC, more
/// than six fraction digits are cut; also 10 (seconds) or 13 (milliseconds) epoch digits. Empty when it is none, or
/// lies outside the years 0000 to 9999 of UTC.
std::optional<Instant> parse_timestamp(std::string_view text);

/// RFC 3339 with six fraction digits and Z, for example 2014-02-10T17:05:01.000000Z: string order is time order.
std::string format_timestamp(Instant instant);

/// RFC 9110 date, for example `Tue, 06 Nov 2018 06:12:40 GMT`, English whatever the locale.
std::string format_http_date(Instant instant);
/// Reads the RFC 9110 date form above; empty when it is none.
std::optional<Instant> parse_http_date(std::string_view text);

} // namespace polyglance
