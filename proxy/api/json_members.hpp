#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/clock.hpp"
#include "model/json/write.hpp"

namespace polyglance {

// Values of hand-written answers. An empty optional is null. Text must be valid UTF-8.

inline void append_value(std::string& out, std::string_view text)
{
    json::append_quoted(out, text);
}
inline void append_value(std::string& out, const std::string& text)
{
    json::append_quoted(out, text);
}
inline void append_value(std::string& out, const char* text)
{
    json::append_quoted(out, text);
}
inline void append_value(std::string& out, Instant time)
{
    json::append_quoted(out, format_timestamp(time));
}
inline void append_value(std::string& out, bool truth)
{
    out += truth ? "true" : "false";
}
template <std::integral Number>
void append_value(std::string& out, Number number)
{
    out += std::to_string(number);
}
template <class T>
void append_value(std::string& out, const std::optional<T>& maybe)
{
    if (maybe) {
        append_value(out, *maybe);
    } else {
        out += "null";
    }
}

/// Appends `"key":value`, with a comma before it where one is needed.
template <class T>
void append_member(std::string& out, std::string_view key, const T& value)
{
    json::append_key(out, key);
    append_value(out, value);
}

/// Appends `"key":["a","b"]`.
template <class Texts>
void append_texts(std::string& out, std::string_view key, const Texts& texts)
{
    json::append_key(out, key);
    out += '[';
    for (const auto& text : texts) {
        out += out.back() == '[' ? "" : ",";
        append_value(out, text);
    }
    out += ']';
}

} // namespace polyglance
