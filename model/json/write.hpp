#pragma once

#include <string>
#include <string_view>

namespace polyglance::json {

/// Appends `text` as a JSON string, quotes included: control characters, '"' and '\' escaped, the rest as it is.
/// `text` must be valid UTF-8.
void append_quoted(std::string& out, std::string_view text);

/// Appends `"key":`, with a comma first unless the object or array was just opened.
void append_key(std::string& out, std::string_view key);

/// True for well-formed UTF-8 (no surrogates, no overlong forms).
bool valid_utf8(std::string_view text);

} // namespace polyglance::json
