#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>

#include "config/config.hpp"
#include "model/clock.hpp"

namespace polyglance {

using LogValue = std::variant<std::string_view, std::int64_t, double, bool>;
using LogFields = std::initializer_list<std::pair<std::string_view, LogValue>>;

/// Structured log: one event a line, as JSON or as text. A thread of its own writes them, gathering lines for a tenth
/// of a second (warnings and errors go at once): a line costs its request neither a system call nor an allocation.
/// While the reader is stuck (a blocked pipe) at most 1 MiB waits; further lines are dropped and counted. Any thread.
class Log {
public:
    /// `automatic` format means text when `out` is a terminal. `clock` outlives the log.
    Log(LogConfig config, std::FILE* out, const Clock& clock);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool enabled(LogLevel level) const { return level >= level_; }
    void write(LogLevel level, std::string_view event, LogFields fields);
    std::size_t dropped() const;
    /// Waits until everything is written, at most a second.
    void flush();

private:
    void write_batches(const std::stop_token& stop);

    const LogLevel level_;
    const bool json_;
    const Clock& clock_;
    const int file_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_, written_;
    std::string waiting_;
    std::size_t dropped_ = 0;
    bool urgent_ = false;
    bool writing_ = false;
    std::jthread writer_; // last: it uses all of the above
};

/// Appends the line for one event, without a line end. Control characters in values are escaped in both forms.
void append_log_line(std::string& line, bool json, Instant at, LogLevel level, std::string_view event,
                     LogFields fields);

} // namespace polyglance
