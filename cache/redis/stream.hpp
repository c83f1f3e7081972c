#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// The bytes to and from one Redis: TCP, TLS over TCP, or a Unix socket. Lives on one loop. It has no clock: whoever
/// waits on it bounds the wait by `close`, which ends every operation under way.
class RedisStream {
public:
    using Socket = asio::generic::stream_protocol::socket;

    explicit RedisStream(const asio::any_io_executor& executor);

    /// Connects; with `config.tls` also checks the certificate against the host and the authorities (TLS 1.2 and up).
    /// The error is a reason in our words, without a host.
    asio::awaitable<std::expected<void, std::string>> open(RedisConfig config);

    /// The number of bytes read; 0 when the connection is over.
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into);
    /// False when the connection is over.
    asio::awaitable<bool> write(asio::const_buffer bytes);
    void close();

private:
    using Endpoints = std::vector<asio::generic::stream_protocol::endpoint>;

    asio::awaitable<Endpoints> resolve(RedisConfig config);
    asio::awaitable<std::expected<void, std::string>> connect(RedisConfig config);
    asio::awaitable<std::expected<void, std::string>> shake_hands(RedisConfig config);

    asio::ip::tcp::resolver resolver_;
    Socket socket_;
    std::optional<asio::ssl::context> tls_context_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
    bool closed_ = false;
};

} // namespace polyglance
