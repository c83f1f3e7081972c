#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "model/error.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// A TCP connection, in the clear or under TLS. Closed with the object.
class Connection {
public:
    explicit Connection(asio::ip::tcp::socket socket);
    /// Under TLS: `handshake` comes first.
    Connection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Proves that the other side is `host`. Errors: upstream_unavailable with the reason in words.
    asio::awaitable<Result<void>> handshake(std::string host);

    using Transferred = std::tuple<boost::system::error_code, std::size_t>;
    /// Writes all of `bytes`, which the caller keeps; on an error the size says how much went out before.
    asio::awaitable<Transferred> write(std::string_view bytes);
    asio::awaitable<Transferred> read_some(asio::mutable_buffer into);

    /// Open, and nothing has come in since the last answer: fit for one more request.
    bool idle();
    /// Ends whatever operation is under way; its result is an error then.
    void close();

private:
    asio::ip::tcp::socket socket_;
    std::shared_ptr<asio::ssl::context> context_;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
};

} // namespace polyglance
