#include "tests/support/http_call.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

namespace polyglance::test {
namespace {

HttpAnswer parse(std::string_view wire)
{
    const auto head_end = wire.find("\r\n\r\n");
    if (head_end == std::string_view::npos || !wire.starts_with("HTTP/1.1 ")) {
        throw std::runtime_error("no HTTP answer: " + std::string(wire.substr(0, 200)));
    }
    HttpAnswer out;
    out.status = std::stoi(std::string(wire.substr(9, 3)));
    out.body = wire.substr(head_end + 4);
    auto lines = wire.substr(0, head_end);
    while (true) {
        const auto end = lines.find("\r\n");
        if (end == std::string_view::npos) {
            break;
        }
        lines = lines.substr(end + 2);
        const auto line = lines.substr(0, lines.find("\r\n"));
        const auto colon = line.find(": ");
        out.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    const auto length = out.header("Content-Length");
    if (!length.empty() && out.status != 304 && std::stoul(std::string(length)) != out.body.size() &&
        !out.body.empty()) {
        throw std::runtime_error("the body is shorter than announced");
    }
    return out;
}

} // namespace

HttpAnswer call(std::uint16_t port, std::string_view method, std::string_view target, const HttpHeaders& headers)
{
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), port});
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string request;
    request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (const auto& [name, value] : headers) {
        request.append(name).append(": ").append(value).append("\r\n");
    }
    request += "\r\n";
    asio::write(socket, asio::buffer(request));
    std::string wire;
    boost::system::error_code error;
    asio::read(socket, asio::dynamic_buffer(wire), error);
    if (error != asio::error::eof) {
        throw std::runtime_error("no whole answer: " + error.message());
    }
    return parse(wire);
}

} // namespace polyglance::test
