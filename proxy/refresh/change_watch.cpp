#include "proxy/refresh/change_watch.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

namespace polyglance {
namespace {

using namespace std::chrono_literals;

/// For the clocks of a backend's parts, and for changes that it stamped before its answer and wrote after it.
constexpr auto margin = 5min;
/// A backend's clock that moved more than this against ours was set.
constexpr auto most_clock_change = 1min;
/// More rows than this would come again each time: a whole drain keeps what it knows and costs little more.
constexpr std::size_t most_rows = 200;

/// Microseconds since the epoch; empty when the image has no time.
std::optional<std::int64_t> updated_at(const Snapshot& snapshot, std::uint32_t row)
{
    const auto value = snapshot.value(row, Field::updated_at);
    const auto* const time = std::get_if<std::int64_t>(&value);
    return time != nullptr ? std::optional(*time) : std::nullopt;
}

} // namespace

std::optional<ChangeWindow> ChangeWatch::window(const Snapshot& served, TimePoint now) const
{
    const bool whole_is_due = !last_whole_ || now - *last_whole_ >= full_every_;
    if (whole_is_due || (doubted_ && now - *doubted_ < full_every_)) {
        return std::nullopt;
    }
    const auto rows = static_cast<std::uint32_t>(served.size());
    std::optional<std::uint32_t> newest_row;
    std::int64_t newest = 0;
    for (std::uint32_t row = 0; row < rows; ++row) {
        const auto time = updated_at(served, row);
        if (time && (!newest_row || *time > newest)) {
            newest = *time;
            newest_row = row;
        }
    }
    if (!newest_row) {
        return std::nullopt;
    }
    // A time that lies ahead says nothing about what has changed since.
    const auto known_to = std::min(Instant(std::chrono::microseconds(newest)), began_);
    const auto since = std::chrono::floor<std::chrono::seconds>(known_to - margin);
    std::size_t coming_again = 0;
    for (std::uint32_t row = 0; row < rows && coming_again <= most_rows; ++row) {
        const auto time = updated_at(served, row);
        coming_again += time && Instant(std::chrono::microseconds(*time)) >= since ? 1 : 0;
    }
    if (coming_again > most_rows) {
        return std::nullopt;
    }
    return ChangeWindow{.since = since, .witness = std::string(served.native_id(*newest_row))};
}

bool ChangeWatch::doubts(const DrainResult& result, TimePoint now)
{
    const bool clock_was_set =
        result.clock_ahead && clock_ahead_ &&
        std::chrono::abs(*result.clock_ahead - *clock_ahead_) > Instant::duration(most_clock_change);
    // A refused or misread question is answered by another one, a sick backend is not.
    const bool not_understood =
        !result.complete && (!result.error || result.error->error_class == ErrorClass::upstream_bad_request ||
                             result.error->error_class == ErrorClass::upstream_protocol);
    if (clock_was_set || not_understood) {
        doubted_ = now;
        return true;
    }
    return false;
}

void ChangeWatch::drained(const DrainResult& result, Start began)
{
    if (!result.incremental) {
        last_whole_ = began.steady;
    }
    began_ = began.calendar + result.clock_ahead.value_or(Instant::duration{0});
    clock_ahead_ = result.clock_ahead;
}

} // namespace polyglance
