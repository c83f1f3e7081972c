#include "proxy/ops/log.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <unistd.h>

#include "model/json/write.hpp"

namespace polyglance {
namespace {

constexpr std::size_t queue_lines = 8192;

std::string_view word(LogLevel level)
{
    constexpr std::array<std::string_view, 5> words{"trace", "debug", "info", "warn", "error"};
    return words.at(static_cast<std::size_t>(level));
}

spdlog::level::level_enum to_spdlog(LogLevel level)
{
    return static_cast<spdlog::level::level_enum>(level); // both count from trace
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
        json::append_quoted(out, text);
    }
}

void append_value(std::string& out, bool json, const LogValue& value)
{
    if (const auto* const text = std::get_if<std::string_view>(&value)) {
        const std::string_view shown = json::valid_utf8(*text) ? *text : std::string_view("(not UTF-8)");
        json ? json::append_quoted(out, shown) : append_text(out, shown);
    } else if (const auto* const number = std::get_if<std::int64_t>(&value)) {
        out += std::to_string(*number);
    } else if (const auto* const real = std::get_if<double>(&value)) {
        out += fmt::format("{:.3f}", *real);
    } else {
        out += std::get<bool>(value) ? "true" : "false";
    }
}

} // namespace

std::string format_log_line(bool json, Instant at, LogLevel level, std::string_view event, LogFields fields)
{
    std::string line;
    line.reserve(256);
    if (json) {
        line += R"({"time":")" + format_timestamp(at) + R"(","level":")";
        line += word(level);
        line += R"(","event":)";
        json::append_quoted(line, event);
    } else {
        line += format_timestamp(at);
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
    return line;
}

struct Log::Sink {
    explicit Sink(std::FILE* out)
        : pool(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1)),
          logger(std::make_shared<spdlog::async_logger>(
              "polyglance", std::make_shared<spdlog::sinks::stdout_sink_base<spdlog::details::console_mutex>>(out),
              pool, spdlog::async_overflow_policy::overrun_oldest))
    {
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
        logger->flush_on(spdlog::level::warn);
    }
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(LogConfig config, std::FILE* out, const Clock& clock)
    : level_(config.level),
      json_(config.format == LogFormat::json || (config.format == LogFormat::automatic && isatty(fileno(out)) == 0)),
      clock_(clock), sink_(std::make_unique<Sink>(out))
{
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view event, LogFields fields)
{
    if (enabled(level)) {
        sink_->logger->log(to_spdlog(level), format_log_line(json_, clock_.now(), level, event, fields));
    }
}

std::size_t Log::dropped() const
{
    return sink_->pool->overrun_counter();
}

void Log::flush()
{
    sink_->logger->flush();
}

} // namespace polyglance
