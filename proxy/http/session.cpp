#include "proxy/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <netinet/tcp.h>
#include <random>
#include <type_traits>

#include "proxy/http/status_line.hpp"

namespace polyglance {
namespace {

constexpr auto token = asio::as_tuple(asio::deferred); // no coroutine per operation
constexpr std::size_t read_size = 4UL << 10;
constexpr std::chrono::milliseconds last_request_grace{2'000};
constexpr std::chrono::milliseconds linger_time{1'000};
constexpr std::size_t linger_bytes = 256UL << 10;

// What an answer says about its connection: nothing when HTTP/1.1 means it.
constexpr std::string_view stays;
constexpr std::string_view stays_for_http10 = "Connection: keep-alive\r\n";
constexpr std::string_view ends = "Connection: close\r\n";

using KernelWriteTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;

bool is_acceptable_request_id(std::string_view id)
{
    return id.size() >= 8 && id.size() <= 128 &&
           id.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-") ==
               std::string_view::npos;
}

std::mt19937_64& random_bits()
{
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return engine;
}

/// draft-ietf-httpapi-ratelimit-headers: what a caller may ask, and what is left of it.
void append_share(std::string& head, const RequestShare& share)
{
    const auto number = [&head](std::string_view before, auto value) { head.append(before) += std::to_string(value); };
    number("RateLimit-Policy: \"default\";q=", share.at_once);
    number(";w=", share.window.count());
    number("\r\nRateLimit: \"default\";r=", share.left);
    number(";t=", share.full_in.count());
    head += "\r\n";
}

/// The Date header's value, remade once a second.
const std::string& http_date(const Clock& clock)
{
    thread_local std::string text;
    thread_local std::chrono::sys_seconds second{};
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.now());
    if (text.empty() || now != second) {
        second = now;
        text = format_http_date(now);
    }
    return text;
}

} // namespace

Session::Session(asio::ip::tcp::socket& socket, Listener& listener)
    : socket_(socket), listener_(listener), place_(listener.sessions_.insert(listener.sessions_.end(), this))
{
    ++listener_.total_;
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    // An answer that fits into the kernel's buffers counts as written here: there, too, it may wait for so long only.
    socket_.set_option(KernelWriteTimeout(static_cast<int>(listener_.options_.write_timeout.count())), ignored);
    peer_ = socket_.remote_endpoint(ignored).address().to_string();
    enter(Phase::idle);
}

Session::~Session()
{
    --listener_.total_;
    listener_.sessions_.erase(place_);
}

void Session::enter(Phase phase)
{
    phase_ = phase;
    const auto now = listener_.clock_.steady_now();
    const auto& options = listener_.options_;
    switch (phase) {
    case Phase::idle: {
        // Who connects has something to say: the first request is waited for like the rest of a head.
        const auto patience =
            asked_before_ ? options.idle_timeout : std::min(options.header_timeout, options.idle_timeout);
        deadline_ = now + (listener_.draining_ ? std::min(last_request_grace, patience) : patience);
        break;
    }
    case Phase::head:
        deadline_ = now + options.header_timeout;
        break;
    case Phase::handling:
        deadline_ = std::chrono::steady_clock::time_point::max();
        break; // the handler has its own
    case Phase::writing:
        deadline_ = now + options.write_timeout;
        break;
    case Phase::closing:
        deadline_ = now + linger_time;
        break;
    }
}

void Session::expire_if_late(std::chrono::steady_clock::time_point now)
{
    if (now < deadline_) {
        return;
    }
    boost::system::error_code ignored;
    if (phase_ == Phase::writing || late_) {
        // The kernel would go on offering the rest for minutes: whoever takes nothing is reset. So is who is late for
        // the second time: a read that was complete already is not cancelled, and TLS goes on to the next one.
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        socket_.close(ignored);
        return;
    }
    late_ = true;
    socket_.cancel(ignored);
}

void Session::hurry(std::chrono::steady_clock::time_point now)
{
    if (phase_ == Phase::idle) {
        deadline_ = std::min(deadline_, now + last_request_grace);
    }
}

asio::awaitable<void> Session::run(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                                   Listener& listener)
{
    if (!tls) {
        Session session(socket, listener);
        co_return co_await session.serve(socket);
    }
    asio::ssl::stream<asio::ip::tcp::socket> stream(std::move(socket), *tls);
    Session session(stream.next_layer(), listener);
    session.enter(Phase::head);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, token);
    if (!error) {
        co_await session.serve(stream);
    }
}

template <class Stream>
asio::awaitable<void> Session::serve(Stream& stream)
{
    const auto& handler = listener_.handler_;
    for (;;) {
        const auto head = read_request_head(received(), listener_.options_.head, searched_, request_);
        if (head.kind == HeadResult::Kind::refused) {
            co_return co_await refuse(stream, head.refusal);
        }
        if (head.kind == HeadResult::Kind::need_more) {
            const bool begun = buffer_.size() > 0;
            if (!begun) {
                enter(Phase::idle);
            } else if (phase_ != Phase::head) {
                enter(Phase::head);
            }
            const auto [error, count] = co_await stream.async_read_some(room(), token);
            buffer_.commit(error ? 0 : count);
            if (late_ && begun) {
                co_return co_await refuse(stream,
                                          {.code = "request_timeout", .detail = "The request head took too long."});
            }
            if (late_ || error) {
                co_return;
            }
            continue;
        }

        begin_request();
        auto response = handler.at_hand ? handler.at_hand(request_) : std::nullopt;
        if (!response) {
            response = co_await handler.handle(request_);
        }
        const bool keep_alive = head.keep_alive && !response->close && !listener_.draining_;
        enter(Phase::writing);
        const auto connection = !keep_alive ? ends : head.is_http10 ? stays_for_http10 : stays;
        const auto [error, count] = co_await asio::async_write(stream, prepare(*response, connection), token);
        if (error || count == 0) {
            co_return;
        }
        if (!keep_alive) {
            co_return co_await linger(stream);
        }
        buffer_.consume(head.consumed);
        request_.method = Method::get; // what comes next may be refused before it has a method or a path
        request_.path.clear();
    }
}

std::string_view Session::received() const
{
    const auto bytes = buffer_.cdata();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
}

asio::mutable_buffer Session::room()
{
    const auto left = buffer_.capacity() - buffer_.size();
    return buffer_.prepare(left >= read_size / 4 ? left : read_size);
}

void Session::make_request_id()
{
    // Sortable by time: 48 bits of milliseconds, then 80 random ones, in Crockford's base 32.
    constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const auto millis = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(listener_.clock_.now().time_since_epoch()).count());
    auto& id = request_.request_id;
    id.resize(26);
    for (std::size_t i = 0; i < 10; ++i) {
        id[9 - i] = digits[(millis >> (5 * i)) & 31];
    }
    const auto low = random_bits()();
    const auto high = random_bits()();
    for (std::size_t i = 0; i < 16; ++i) {
        id[10 + i] = digits[((i < 8 ? low : high) >> (5 * (i % 8))) & 31];
    }
}

void Session::begin_request()
{
    enter(Phase::handling);
    asked_before_ = true;
    request_.received = listener_.clock_.steady_now();
    request_.caller.reset();
    request_.share.reset();
    request_.prefix.clear();
    if (request_.peer != peer_) { // a proxy forwarded another client before
        request_.peer = peer_;
    }
    if (const auto asked_id = request_.header("X-Request-Id"); is_acceptable_request_id(asked_id)) {
        request_.request_id = asked_id;
    } else {
        make_request_id();
    }
}

template <class Stream>
asio::awaitable<void> Session::refuse(Stream& stream, Problem problem)
{
    late_ = false;
    request_.headers.clear(); // of a head that was not read to its end
    request_.share.reset();
    make_request_id();
    const Response response = problem_response(problem, request_);
    enter(Phase::writing);
    const auto [error, count] = co_await asio::async_write(stream, prepare(response, ends), token);
    if (!error && count > 0) {
        co_await linger(stream);
    }
}

std::array<asio::const_buffer, 2> Session::prepare(const Response& response, std::string_view connection)
{
    const bool bodiless = response.status == 204 || response.status == 304;
    Coding coding = Coding::identity;
    const std::string* body = nullptr;
    if (response.body && !bodiless) {
        if (response.body->identity().size() >= Body::smallest_coded) {
            coding = choose_coding(request_.header("Accept-Encoding"));
        }
        body = &response.body->coded(coding);
    }

    head_.clear();
    head_ += status_line(response.status);
    head_ += "Date: ";
    head_ += http_date(listener_.clock_);
    head_ += "\r\nX-Request-Id: ";
    head_ += request_.request_id;
    head_ += "\r\n";
    if (coding != Coding::identity) {
        head_ += coding == Coding::gzip ? "Content-Encoding: gzip\r\n" : "Content-Encoding: zstd\r\n";
    }
    if (!bodiless) {
        head_ += "Content-Length: ";
        head_ += std::to_string(body != nullptr ? body->size() : 0);
        head_ += "\r\n";
    }
    head_ += connection;
    if (request_.share) {
        append_share(head_, *request_.share);
    }
    for (const auto* shared : {response.shared_head.get(), response.timing_head.get()}) {
        if (shared != nullptr) {
            head_ += *shared;
        }
    }
    head_ += response.head;
    head_ += "\r\n";
    const bool with_body = body != nullptr && request_.method != Method::head;
    return {asio::buffer(head_), with_body ? asio::buffer(*body) : asio::const_buffer()};
}

template <class Stream>
asio::awaitable<void> Session::linger(Stream& stream)
{
    // A close with unread bytes would reset the connection and could take our answer with it.
    enter(Phase::closing);
    if constexpr (!std::is_same_v<Stream, asio::ip::tcp::socket>) {
        SSL_set_shutdown(stream.native_handle(), SSL_RECEIVED_SHUTDOWN); // ours is said, theirs is not waited for
        co_await stream.async_shutdown(token);
    }
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    buffer_.clear();
    std::size_t discarded = 0;
    while (discarded < linger_bytes && !late_) {
        const auto [error, count] = co_await socket_.async_read_some(room(), token);
        if (error) {
            break;
        }
        discarded += count;
    }
}

} // namespace polyglance
