#include "tests/support/fake_peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace polyglance::test {
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Reads a request head as well as a test needs it; what the client sends is checked by the tests.
FakeRequest parse_head(std::string_view head, std::size_t connection)
{
    FakeRequest request;
    request.connection = connection;
    const auto take_line = [&head] {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(head.size(), end + 2));
        return line;
    };
    const std::string_view first = take_line();
    const std::size_t method_end = first.find(' ');
    request.method = first.substr(0, method_end);
    request.target = first.substr(method_end + 1, first.rfind(' ') - method_end - 1);
    for (auto line = take_line(); !line.empty(); line = take_line()) {
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::size_t value = std::min(line.find_first_not_of(": ", colon), line.size());
        request.headers.emplace_back(line.substr(0, colon), line.substr(value));
    }
    return request;
}

std::size_t body_size(const FakeRequest& request)
{
    const std::string_view length = find_header(request.headers, "Content-Length");
    return length.empty() ? 0 : std::stoul(std::string(length));
}

asio::awaitable<void> pause_for(asio::any_io_executor executor, std::chrono::milliseconds pause)
{
    asio::steady_timer timer(executor, pause);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace

FakePeer::FakePeer(asio::ip::tcp::socket socket, asio::ssl::context* context, std::size_t number)
    : socket_(std::move(socket)), number_(number)
{
    socket_.set_option(asio::ip::tcp::no_delay(true));
    if (context != nullptr) {
        tls_.emplace(socket_, *context);
    }
}

asio::awaitable<bool> FakePeer::handshake()
{
    boost::system::error_code error;
    if (tls_) {
        co_await tls_->async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(asio::use_awaitable, error));
    }
    co_return !error;
}

asio::awaitable<bool> FakePeer::read_more()
{
    std::array<char, 16384> bytes;
    std::tuple<boost::system::error_code, std::size_t> read;
    if (tls_) {
        read = co_await tls_->async_read_some(asio::buffer(bytes), as_result);
    } else {
        read = co_await socket_.async_read_some(asio::buffer(bytes), as_result);
    }
    received_.append(bytes.data(), std::get<1>(read));
    co_return !std::get<0>(read);
}

asio::awaitable<bool> FakePeer::write(std::string bytes)
{
    std::tuple<boost::system::error_code, std::size_t> written;
    if (tls_) {
        written = co_await asio::async_write(*tls_, asio::buffer(bytes), as_result);
    } else {
        written = co_await asio::async_write(socket_, asio::buffer(bytes), as_result);
    }
    co_return !std::get<0>(written);
}

asio::awaitable<std::optional<FakeRequest>> FakePeer::read_request()
{
    while (received_.find("\r\n\r\n") == std::string::npos) {
        const bool more = co_await read_more();
        if (!more) {
            co_return std::nullopt;
        }
    }
    const std::size_t head_size = received_.find("\r\n\r\n") + 4;
    FakeRequest request = parse_head(std::string_view(received_).substr(0, head_size), number_);
    received_.erase(0, head_size);
    const std::size_t wanted = body_size(request);
    while (received_.size() < wanted) {
        const bool more = co_await read_more();
        if (!more) {
            co_return std::nullopt;
        }
    }
    request.body = received_.substr(0, wanted);
    received_.erase(0, wanted);
    co_return request;
}

asio::awaitable<bool> FakePeer::perform(FakeScript script)
{
    for (const FakeScript::Step& step : script.steps()) {
        asio::awaitable<bool> performing = std::visit([this](const auto& one) { return perform_step(one); }, step);
        const bool goes_on = co_await std::move(performing);
        if (!goes_on) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> FakePeer::perform_step(step::Send step)
{
    for (std::size_t i = 0; i < step.times; ++i) {
        const bool written = co_await write(step.bytes);
        if (!written) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> FakePeer::perform_step(step::Drip step)
{
    for (const char c : step.bytes) {
        const bool written = co_await write(std::string(1, c));
        if (!written) {
            co_return false;
        }
        co_await pause_for(socket_.get_executor(), step.pause);
    }
    co_return true;
}

asio::awaitable<bool> FakePeer::perform_step(step::Wait step)
{
    auto timer = std::make_shared<asio::steady_timer>(socket_.get_executor(), asio::steady_timer::time_point::max());
    step.gate.when_open([weak = std::weak_ptr(timer)] {
        if (const auto alive = weak.lock()) {
            asio::post(alive->get_executor(), [alive] { alive->cancel(); });
        }
    });
    boost::system::error_code woken;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return true;
}

asio::awaitable<bool> FakePeer::perform_step(step::Hang)
{
    bool open = true;
    while (open) {
        open = co_await read_more();
    }
    co_return false;
}

asio::awaitable<bool> FakePeer::perform_step(step::Close)
{
    if (tls_) {
        boost::system::error_code ignored;
        co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    }
    close();
    co_return false;
}

asio::awaitable<bool> FakePeer::perform_step(step::Reset)
{
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
    co_return false;
}

void FakePeer::write_now(std::string_view bytes)
{
    boost::system::error_code ignored;
    if (tls_) {
        asio::write(*tls_, asio::buffer(bytes), ignored);
    } else {
        asio::write(socket_, asio::buffer(bytes), ignored);
    }
}

void FakePeer::close()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace polyglance::test
