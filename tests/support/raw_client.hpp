#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/http_call.hpp"

namespace polyglance::test {

/// A client in raw bytes, blocking: whatever is said goes to 127.0.0.1 as it is, and the answers are read as strictly
/// as they ought to be written. While it sends it also reads, so that neither side waits for the other.
class RawClient {
public:
    /// Throws when the connection is refused. No wait takes longer than `patience`.
    explicit RawClient(std::uint16_t port, std::chrono::seconds patience = std::chrono::seconds{10});

    /// Sends all of it, or as much as the server takes before it closes: see `ended`.
    void send(std::string_view bytes);
    /// Sends up to `most` bytes of filling. False when the server has stopped taking them before, for 200 ms.
    bool send_filling(std::size_t most);
    /// Says that nothing more will be sent. The answers can still be read.
    void finish_sending();
    /// The answer of that number, counted from 0, has no body whatever its Content-Length: it is one to a HEAD.
    void expect_no_body(std::size_t number) { bodiless_.insert(number); }

    /// The answers so far, after waiting until there are `count` or the server closes. Throws std::runtime_error when
    /// time is over, or when what came is not a sequence of whole answers of HTTP/1.1.
    std::vector<HttpAnswer> read(std::size_t count);
    /// Everything until the server closes.
    std::vector<HttpAnswer> read_all() { return read(SIZE_MAX); }
    /// Reads what comes within that time, or up to the end.
    void read_for(std::chrono::milliseconds time);
    /// The bytes that came so far.
    const std::string& wire() const { return wire_; }
    /// The server has closed the connection, in order or not. Answers that came before were read.
    bool ended() const { return ended_; }

private:
    /// Waits for bytes, which it reads, or for room to send if `events` say so.
    void wait(short events);
    void take_what_is_there();
    std::vector<HttpAnswer> parse(bool whole) const;

    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
    std::chrono::seconds patience_;
    std::string wire_;
    std::set<std::size_t> bodiless_;
    bool ended_ = false;
};

} // namespace polyglance::test
