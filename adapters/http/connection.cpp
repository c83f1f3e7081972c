#include "adapters/http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include "adapters/http/tls_context.hpp"

namespace polyglance {
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

} // namespace

Connection::Connection(asio::ip::tcp::socket socket) : socket_(std::move(socket))
{
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
    : Connection(std::move(socket))
{
    context_ = std::move(context);
    tls_.emplace(socket_, *context_);
}

asio::awaitable<Result<void>> Connection::handshake(std::string host)
{
    expect_host(tls_->native_handle(), host);
    boost::system::error_code error;
    co_await tls_->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        co_return failure(ErrorClass::upstream_unavailable, describe_handshake_failure(tls_->native_handle(), error));
    }
    co_return Result<void>{};
}

asio::awaitable<Connection::Transferred> Connection::write(std::string_view bytes)
{
    if (tls_) {
        co_return co_await asio::async_write(*tls_, asio::buffer(bytes), as_result);
    }
    co_return co_await asio::async_write(socket_, asio::buffer(bytes), as_result);
}

asio::awaitable<Connection::Transferred> Connection::read_some(asio::mutable_buffer into)
{
    if (tls_) {
        co_return co_await tls_->async_read_some(into, as_result);
    }
    co_return co_await socket_.async_read_some(into, as_result);
}

bool Connection::idle()
{
    if (!socket_.is_open()) {
        return false;
    }
    if (tls_ &&
        (SSL_has_pending(tls_->native_handle()) != 0 || BIO_pending(SSL_get_rbio(tls_->native_handle())) != 0)) {
        return false;
    }
    char next = 0;
    const auto peeked = ::recv(socket_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::close()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace polyglance
