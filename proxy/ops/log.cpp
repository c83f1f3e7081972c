#include "proxy/ops/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "model/json/write.hpp"

namespace polyglance {
namespace {

constexpr std::size_t max_waiting = 1UL << 20; // bytes
constexpr std::chrono::milliseconds gather_time{100};
constexpr std::chrono::milliseconds flush_time{1'000};
constexpr int stop_patience_ms = 1'000; // for a reader that takes nothing while the program ends

/// Returns what the file does not take: the disk is full, the pipe closed, or blocked while the program ends.
std::string_view write_all(int file, std::string_view text, const std::stop_token& stop)
{
    while (!text.empty()) {
        pollfd ready{.fd = file, .events = POLLOUT, .revents = 0};
        const int polled = poll(&ready, 1, stop_patience_ms);
        if (polled == 0 && stop.stop_requested()) {
            break;
        }
        if (polled <= 0) {
            continue;
        }
        const auto count = ::write(file, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            break;
        }
        text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return text;
}

/// `format_timestamp`, whose date and time of day are remade once a second only.
void append_time(std::string& line, Instant at)
{
    thread_local std::chrono::sys_seconds second{};
    thread_local std::string text;
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    if (text.empty() || whole != second) {
        second = whole;
        text = format_timestamp(whole);
        text.resize(text.size() - std::string_view("000000Z").size());
    }
    line += text;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(at - whole).count();
    fmt::format_to(std::back_inserter(line), "{:06}Z", micros);
}

std::string_view word(LogLevel level)
{
    constexpr std::array<std::string_view, 5> words{"trace", "debug", "info", "warn", "error"};
    return words.at(static_cast<std::size_t>(level));
}

/// As JSON, and without the control characters that JSON lets stand but terminals obey: DEL and U+0080 to U+009F, which
/// in UTF-8 are C2 and their last byte.
void append_quoted(std::string& out, std::string_view text)
{
    const auto may_be_control = [](char c) { return c == '\x7f' || c == '\xc2'; };
    const auto start = out.size();
    json::append_quoted(out, text);
    if (std::none_of(text.begin(), text.end(), may_be_control)) {
        return;
    }
    for (auto at = start; at < out.size(); ++at) {
        const std::size_t size = out[at] == '\xc2' ? 2 : 1;
        const auto code = static_cast<unsigned char>(out[at + size - 1]);
        if (may_be_control(out[at]) && code < 0xa0) {
            out.replace(at, size, fmt::format("\\u{:04x}", code));
        }
    }
}

/// A text value stands bare when it cannot be mistaken for anything else.
void append_text(std::string& out, std::string_view text)
{
    const bool bare = !text.empty() && text.find_first_of(" \"=\\") == std::string_view::npos &&
                      text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "!#$%&'()*+,-./:;<>?@[]^_`{|}~") == std::string_view::npos;
    if (bare) {
        out += text;
    } else {
        append_quoted(out, text);
    }
}

void append_value(std::string& out, bool json, const LogValue& value)
{
    if (const auto* const text = std::get_if<std::string_view>(&value)) {
        const std::string_view shown = json::valid_utf8(*text) ? *text : std::string_view("(not UTF-8)");
        json ? append_quoted(out, shown) : append_text(out, shown);
    } else if (const auto* const number = std::get_if<std::int64_t>(&value)) {
        fmt::format_to(std::back_inserter(out), "{}", *number);
    } else if (const auto* const real = std::get_if<double>(&value)) {
        fmt::format_to(std::back_inserter(out), "{:.3f}", *real);
    } else {
        out += std::get<bool>(value) ? "true" : "false";
    }
}

} // namespace

void append_log_line(std::string& line, bool json, Instant at, LogLevel level, std::string_view event, LogFields fields)
{
    if (json) {
        line += R"({"time":")";
        append_time(line, at);
        line += R"(","level":")";
        line += word(level);
        line += R"(","event":)";
        json::append_quoted(line, event);
    } else {
        append_time(line, at);
        line += ' ';
        line += word(level);
        line += ' ';
        line += event;
    }
    for (const auto& [name, value] : fields) {
        if (json) {
            json::append_key(line, name);
        } else {
            line += ' ';
            line += name;
            line += '=';
        }
        append_value(line, json, value);
    }
    if (json) {
        line += '}';
    }
}

Log::Log(LogConfig config, std::FILE* out, const Clock& clock)
    : level_(config.level),
      json_(config.format == LogFormat::json || (config.format == LogFormat::automatic && isatty(fileno(out)) == 0)),
      clock_(clock), file_(fileno(out)), writer_([this](const std::stop_token& stop) { write_batches(stop); })
{
}

Log::~Log()
{
    writer_.request_stop();
    wake_.notify_all();
}

void Log::write(LogLevel level, std::string_view event, LogFields fields)
{
    if (!enabled(level)) {
        return;
    }
    thread_local std::string line; // kept, so that a line costs no allocation
    line.clear();
    append_log_line(line, json_, clock_.now(), level, event, fields);
    line += '\n';
    const bool urgent = level >= LogLevel::warn;
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() + line.size() > max_waiting) {
            ++dropped_;
            return;
        }
        // The writer sleeps until there is something, then gathers for a moment: it is woken once for many lines.
        wake = waiting_.empty() || (urgent && !urgent_);
        urgent_ = urgent_ || urgent;
        waiting_ += line;
    }
    if (wake) {
        wake_.notify_one();
    }
}

void Log::write_batches(const std::stop_token& stop)
{
    std::string batch;
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
        if (waiting_.empty()) {
            return; // asked to stop, and all is written
        }
        wake_.wait_for(lock, stop, gather_time, [this] { return urgent_ || waiting_.size() > max_waiting / 2; });
        batch.swap(waiting_);
        urgent_ = false;
        writing_ = true;
        lock.unlock();
        const auto left = write_all(file_, batch, stop);
        lock.lock();
        dropped_ += static_cast<std::size_t>(std::count(left.begin(), left.end(), '\n'));
        batch.clear();
        writing_ = false;
        written_.notify_all();
    }
}

std::size_t Log::dropped() const
{
    const std::lock_guard lock(mutex_);
    return dropped_;
}

void Log::flush()
{
    std::unique_lock lock(mutex_);
    urgent_ = true;
    wake_.notify_one();
    written_.wait_for(lock, flush_time, [this] { return waiting_.empty() && !writing_; });
}

} // namespace polyglance
