#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/fake_backend.hpp"

namespace polyglance::test {

namespace asio = boost::asio;

/// The server's end of one connection of a FakeBackend. Lives on the backend's thread.
class FakePeer {
public:
    /// Under TLS when `context` is not null; it outlives the peer.
    FakePeer(asio::ip::tcp::socket socket, asio::ssl::context* context, std::size_t number);

    asio::awaitable<bool> handshake(); ///< true at once without TLS
    /// Empty when the connection has ended.
    asio::awaitable<std::optional<FakeRequest>> read_request();
    /// Performs the steps in turn; false when the connection is over.
    asio::awaitable<bool> perform(FakeScript script);

    void write_now(std::string_view bytes);
    void close();

private:
    asio::awaitable<bool> perform_step(step::Send step);
    asio::awaitable<bool> perform_step(step::Drip step);
    asio::awaitable<bool> perform_step(step::Wait step);
    asio::awaitable<bool> perform_step(step::Hang step);
    asio::awaitable<bool> perform_step(step::Close step);
    asio::awaitable<bool> perform_step(step::Reset step);
    asio::awaitable<bool> read_more();
    asio::awaitable<bool> write(std::string bytes);

    asio::ip::tcp::socket socket_;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
    std::size_t number_;
    std::string received_;
};

} // namespace polyglance::test
