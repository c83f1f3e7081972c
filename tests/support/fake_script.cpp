#include "tests/support/fake_script.hpp"

#include <fmt/format.h>

namespace polyglance::test {

std::string FakeReply::wire() const
{
    std::string out = fmt::format("HTTP/1.1 {} Reply\r\n", status);
    for (const auto& [name, value] : headers) {
        out += fmt::format("{}: {}\r\n", name, value);
    }
    switch (framing) {
    case Framing::chunked: {
        out += "Transfer-Encoding: chunked\r\n\r\n";
        const std::size_t half = body.size() / 2;
        for (const std::string_view part :
             {std::string_view(body).substr(0, half), std::string_view(body).substr(half)}) {
            if (!part.empty()) {
                out += fmt::format("{:x}\r\n{}\r\n", part.size(), part);
            }
        }
        return out + "0\r\n\r\n";
    }
    case Framing::until_close:
        return out + "Connection: close\r\n\r\n" + body;
    case Framing::length:
        break;
    }
    if (status != 204 && status != 304) {
        out += fmt::format("Content-Length: {}\r\n", body.size());
    }
    return out + "\r\n" + body;
}

} // namespace polyglance::test
