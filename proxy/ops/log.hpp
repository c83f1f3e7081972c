#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "config/config.hpp"
#include "model/clock.hpp"

namespace polyglance {

using LogValue = std::variant<std::string_view, std::int64_t, double, bool>;
using LogFields = std::initializer_list<std::pair<std::string_view, LogValue>>;

/// Structured log: one event a line, as JSON or as text. Lines are written by a thread of its own; when its queue is
/// full (a blocked pipe, a full disk) the oldest lines are dropped and serving goes on. Any thread.
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
    void flush();

private:
    struct Sink;
    LogLevel level_;
    bool json_;
    const Clock& clock_;
    std::unique_ptr<Sink> sink_;
};

/// The line for one event, without a line end. Control characters in values are escaped in both forms.
std::string format_log_line(bool json, Instant at, LogLevel level, std::string_view event, LogFields fields);

} // namespace polyglance
