#include "cache/redis/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <vector>

namespace polyglance {
namespace {

using Opened = std::expected<void, std::string>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// A context that trusts `ca_file`, or the system's authorities.
std::expected<asio::ssl::context, std::string> make_context(const std::string& ca_file)
{
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION) != 1) {
        return std::unexpected("TLS 1.2 is not available");
    }
    context.set_verify_mode(asio::ssl::verify_peer);
    boost::system::error_code failed;
    if (ca_file.empty()) {
        context.set_default_verify_paths(failed);
    } else {
        context.load_verify_file(ca_file, failed);
    }
    if (failed) {
        return std::unexpected("the CA file cannot be read");
    }
    return context;
}

} // namespace

RedisStream::RedisStream(const asio::any_io_executor& executor) : resolver_(executor), socket_(executor) {}

asio::awaitable<Opened> RedisStream::open(RedisConfig config)
{
    Opened opened = co_await connect(config);
    if (opened && config.tls) {
        opened = co_await shake_hands(config);
    }
    if (closed_) {
        co_return std::unexpected("connecting took too long");
    }
    co_return opened;
}

asio::awaitable<RedisStream::Endpoints> RedisStream::resolve(RedisConfig config)
{
    Endpoints endpoints;
    boost::system::error_code is_name;
    const auto address = asio::ip::make_address(config.host, is_name);
    if (!config.unix_path.empty()) {
        if (config.unix_path.size() < sizeof(sockaddr_un::sun_path)) {
            endpoints.emplace_back(asio::local::stream_protocol::endpoint(config.unix_path));
        }
    } else if (!is_name) {
        endpoints.emplace_back(asio::ip::tcp::endpoint(address, config.port));
    } else {
        auto [failed, found] = co_await resolver_.async_resolve(config.host, std::to_string(config.port), as_result);
        for (const auto& entry : found) {
            endpoints.emplace_back(entry.endpoint());
        }
    }
    co_return endpoints;
}

asio::awaitable<Opened> RedisStream::connect(RedisConfig config)
{
    const Endpoints endpoints = co_await resolve(std::move(config));
    if (endpoints.empty()) {
        co_return std::unexpected("the host or socket path has no usable address");
    }
    for (const auto& endpoint : endpoints) {
        // Connecting opens the socket, so a socket that was closed meanwhile must not get here.
        if (closed_) {
            break;
        }
        boost::system::error_code ignored;
        socket_.close(ignored);
        auto [failed] = co_await socket_.async_connect(endpoint, as_result);
        if (!failed) {
            // A Unix socket knows no Nagle delay and refuses the option.
            socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
            socket_.set_option(asio::socket_base::keep_alive(true), ignored);
            co_return Opened{};
        }
    }
    co_return std::unexpected("the connection was refused");
}

asio::awaitable<Opened> RedisStream::shake_hands(RedisConfig config)
{
    auto context = make_context(config.ca_file);
    if (!context) {
        co_return std::unexpected(context.error());
    }
    tls_context_.emplace(std::move(*context));
    tls_.emplace(socket_, *tls_context_);
    tls_->set_verify_callback(asio::ssl::host_name_verification(config.host));
    boost::system::error_code is_name;
    static_cast<void>(asio::ip::make_address(config.host, is_name));
    if (is_name) {
        SSL_set_tlsext_host_name(tls_->native_handle(), config.host.c_str());
    }
    auto [failed] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_result);
    if (failed) {
        co_return std::unexpected("the TLS handshake failed");
    }
    co_return Opened{};
}

asio::awaitable<std::size_t> RedisStream::read_some(asio::mutable_buffer into)
{
    if (tls_) {
        auto [failed, size] = co_await tls_->async_read_some(into, as_result);
        co_return failed ? 0 : size;
    }
    auto [failed, size] = co_await socket_.async_read_some(into, as_result);
    co_return failed ? 0 : size;
}

asio::awaitable<bool> RedisStream::write(asio::const_buffer bytes)
{
    if (tls_) {
        auto [failed, size] = co_await asio::async_write(*tls_, bytes, as_result);
        co_return !failed;
    }
    auto [failed, size] = co_await asio::async_write(socket_, bytes, as_result);
    co_return !failed;
}

void RedisStream::close()
{
    closed_ = true;
    resolver_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace polyglance
