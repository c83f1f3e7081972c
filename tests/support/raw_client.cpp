#include "tests/support/raw_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>

namespace polyglance::test {
namespace {

[[noreturn]] void fail(std::string_view what, std::string_view wire)
{
    throw std::runtime_error(std::string(what) + ": " + std::string(wire.substr(0, 400)));
}

bool is_name(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
}

bool is_text(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

HttpAnswer parse_head(std::string_view head)
{
    HttpAnswer out;
    const auto first = head.substr(0, head.find("\r\n"));
    const bool good = first.starts_with("HTTP/1.1 ") && first.size() > 13 && first[12] == ' ' && is_text(first) &&
                      std::from_chars(first.data() + 9, first.data() + 12, out.status).ptr == first.data() + 12;
    if (!good || out.status < 200) {
        fail("not the first line of a final answer", head);
    }
    for (auto at = first.size(); at < head.size();) {
        at += 2;
        const auto line = head.substr(at, head.find("\r\n", at) - at);
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos || !is_name(line.substr(0, colon)) || !is_text(line)) {
            fail("a bad header line", head);
        }
        out.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        at += line.size();
    }
    return out;
}

/// What Content-Length announces. Every answer that may have a body says how long it is, once.
std::size_t announced(const HttpAnswer& answer, std::string_view wire)
{
    if (answer.status == 204 || answer.status == 304) {
        return 0;
    }
    std::size_t size = 0;
    std::size_t lengths = 0;
    for (const auto& [name, value] : answer.headers) {
        if (name == "Content-Length") {
            ++lengths;
            if (std::from_chars(value.data(), value.data() + value.size(), size).ptr != value.data() + value.size()) {
                fail("a bad Content-Length", wire);
            }
        }
    }
    if (lengths != 1) {
        fail("not one Content-Length", wire);
    }
    return size;
}

} // namespace

RawClient::RawClient(std::uint16_t port, std::chrono::seconds patience) : patience_(patience)
{
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.set_option(boost::asio::ip::tcp::no_delay(true));
    socket_.non_blocking(true);
}

void RawClient::wait(short events)
{
    pollfd ready{.fd = socket_.native_handle(), .events = events, .revents = 0};
    const auto millis = std::chrono::milliseconds(patience_).count();
    if (poll(&ready, 1, static_cast<int>(millis)) == 0) {
        fail("the server neither answers nor closes; so far", wire_);
    }
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        take_what_is_there();
    }
}

void RawClient::read_for(std::chrono::milliseconds time)
{
    const auto end = std::chrono::steady_clock::now() + time;
    pollfd ready{.fd = socket_.native_handle(), .events = POLLIN, .revents = 0};
    for (auto left = time; !ended_ && left.count() >= 0;
         left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now())) {
        if (poll(&ready, 1, static_cast<int>(left.count())) > 0) {
            take_what_is_there();
        } else if (left.count() == 0) {
            break;
        }
    }
}

void RawClient::take_what_is_there()
{
    std::array<char, 16384> part{};
    const auto count = recv(socket_.native_handle(), part.data(), part.size(), 0);
    if (count > 0) {
        wire_.append(part.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        ended_ = true;
    }
}

void RawClient::send(std::string_view bytes)
{
    while (!bytes.empty() && !ended_) {
        const auto count = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (count < 0 && errno == EAGAIN) {
            wait(POLLIN | POLLOUT);
        } else if (count == 0 || errno != EINTR) {
            while (!ended_) { // the server has closed; what it said before is still there
                wait(POLLIN);
            }
        }
    }
}

bool RawClient::send_filling(std::size_t most)
{
    const std::string filling(1UL << 20, 'x');
    pollfd ready{.fd = socket_.native_handle(), .events = POLLOUT, .revents = 0};
    for (std::size_t sent = 0; sent < most;) {
        const auto count = ::send(socket_.native_handle(), filling.data(), filling.size(), MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            return true; // closed: it has taken all that it wanted
        } else if (poll(&ready, 1, 200) == 0) {
            return false;
        }
    }
    return true;
}

void RawClient::finish_sending()
{
    boost::system::error_code ignored;
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
}

std::vector<HttpAnswer> RawClient::parse(bool whole) const
{
    std::vector<HttpAnswer> out;
    std::string_view rest = wire_;
    while (!rest.empty()) {
        const auto end = rest.find("\r\n\r\n");
        if (end == std::string_view::npos) {
            break;
        }
        auto answer = parse_head(rest.substr(0, end));
        const auto size = bodiless_.contains(out.size()) ? 0 : announced(answer, rest);
        if (rest.size() - (end + 4) < size) {
            break;
        }
        answer.body = rest.substr(end + 4, size);
        rest.remove_prefix(end + 4 + size);
        out.push_back(std::move(answer));
    }
    if (whole && !rest.empty()) {
        fail("the connection ended inside an answer", rest);
    }
    return out;
}

std::vector<HttpAnswer> RawClient::read(std::size_t count)
{
    auto out = parse(ended_);
    while (out.size() < count && !ended_) {
        wait(POLLIN);
        if (ended_ || count != SIZE_MAX) {
            out = parse(ended_);
        }
    }
    return out;
}

} // namespace polyglance::test
