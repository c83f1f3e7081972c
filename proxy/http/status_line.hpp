#pragma once

#include <string_view>

namespace polyglance {

/// `HTTP/1.1 200 OK` with CRLF, for every status that we send; an unlisted one is written as 500.
std::string_view status_line(int status);

} // namespace polyglance
