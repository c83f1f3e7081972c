#include "proxy/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <random>

#include "proxy/http/status_line.hpp"

namespace polyglance {
namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_size = 16UL << 10;
constexpr std::chrono::milliseconds last_request_grace{2'000};
constexpr std::chrono::milliseconds linger_time{1'000};
constexpr std::size_t linger_bytes = 256UL << 10;

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

Session::Session(asio::ip::tcp::socket socket, Listener& listener)
    : socket_(std::move(socket)), listener_(listener), place_(listener.sessions_.insert(listener.sessions_.end(), this))
{
    ++listener_.total_;
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
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
    case Phase::idle:
        deadline_ =
            now + (listener_.draining_ ? std::min(last_request_grace, options.idle_timeout) : options.idle_timeout);
        break;
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
    deadline_ = std::chrono::steady_clock::time_point::max();
    late_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Session::hurry(std::chrono::steady_clock::time_point now)
{
    if (phase_ == Phase::idle) {
        deadline_ = std::min(deadline_, now + last_request_grace);
    }
}

asio::awaitable<void> Session::run(std::unique_ptr<Session> session)
{
    bool go_on = true;
    while (go_on) {
        go_on = co_await session->step();
    }
}

asio::awaitable<bool> Session::step()
{
    auto head = read_request_head(received_, listener_.options_.head, searched_);
    switch (head.kind) {
    case HeadResult::Kind::refused:
        co_return co_await refuse(head.refusal);
    case HeadResult::Kind::ready:
        co_return co_await serve(std::move(head));
    case HeadResult::Kind::need_more:
        break;
    }
    co_return co_await fill();
}

asio::awaitable<bool> Session::fill()
{
    if (received_.empty()) {
        enter(Phase::idle);
    } else if (phase_ != Phase::head) {
        enter(Phase::head);
    }
    const auto held = received_.size();
    received_.resize(held + read_size);
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(received_.data() + held, read_size), token);
    received_.resize(held + (error ? 0 : count));
    if (error && !late_) {
        co_return false;
    }
    if (late_ && held > 0) {
        co_return co_await refuse({.code = "request_timeout", .detail = "The request head took too long."});
    }
    co_return !late_;
}

std::string Session::new_request_id() const
{
    // Sortable by time: 48 bits of milliseconds, then 80 random ones, in Crockford's base 32.
    constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const auto millis = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(listener_.clock_.now().time_since_epoch()).count());
    std::string id(26, '0');
    for (std::size_t i = 0; i < 10; ++i) {
        id[9 - i] = digits[(millis >> (5 * i)) & 31];
    }
    const auto low = random_bits()();
    const auto high = random_bits()();
    for (std::size_t i = 0; i < 16; ++i) {
        id[10 + i] = digits[((i < 8 ? low : high) >> (5 * (i % 8))) & 31];
    }
    return id;
}

asio::awaitable<bool> Session::serve(HeadResult head)
{
    enter(Phase::handling);
    received_.erase(0, head.consumed);
    auto& request = head.request;
    request.peer = peer_;
    request.received = listener_.clock_.steady_now();
    const auto asked_id = request.header("X-Request-Id");
    request.request_id = is_acceptable_request_id(asked_id) ? std::string(asked_id) : new_request_id();

    const Response response = co_await listener_.handler_(request);
    const bool keep_alive = head.keep_alive && !response.close && !listener_.draining_;
    const bool sent = co_await send(request, response, keep_alive);
    if (sent && !keep_alive) {
        co_await linger();
    }
    co_return sent&& keep_alive;
}

asio::awaitable<bool> Session::refuse(const Problem& problem)
{
    late_ = false;
    Request request;
    request.peer = peer_;
    request.request_id = new_request_id();
    const Response response = problem_response(problem, request);
    const bool sent = co_await send(request, response, false);
    if (sent) {
        co_await linger();
    }
    co_return false;
}

asio::awaitable<bool> Session::send(const Request& request, const Response& response, bool keep_alive)
{
    enter(Phase::writing);
    const bool bodiless = response.status == 204 || response.status == 304;
    Coding coding = Coding::identity;
    const std::string* body = nullptr;
    if (response.body && !bodiless) {
        if (response.body->identity().size() >= Body::smallest_coded) {
            coding = choose_coding(request.header("Accept-Encoding"));
        }
        body = &response.body->coded(coding);
    }

    head_.clear();
    head_ += status_line(response.status);
    head_ += "Date: ";
    head_ += http_date(listener_.clock_);
    head_ += "\r\nX-Request-Id: ";
    head_ += request.request_id;
    head_ += "\r\n";
    if (coding != Coding::identity) {
        head_ += coding == Coding::gzip ? "Content-Encoding: gzip\r\n" : "Content-Encoding: zstd\r\n";
    }
    if (!bodiless) {
        head_ += "Content-Length: ";
        head_ += std::to_string(body != nullptr ? body->size() : 0);
        head_ += "\r\n";
    }
    if (!keep_alive) {
        head_ += "Connection: close\r\n";
    }
    head_ += response.head;
    const bool shared = response.shared_head != nullptr;
    const std::array<asio::const_buffer, 4> buffers{
        asio::buffer(head_), shared ? asio::buffer(*response.shared_head) : asio::const_buffer(),
        asio::buffer("\r\n", 2),
        body != nullptr && request.method != Method::head ? asio::buffer(*body) : asio::const_buffer()};
    const auto [error, count] = co_await asio::async_write(socket_, buffers, token);
    co_return !error && count > 0;
}

asio::awaitable<void> Session::linger()
{
    // A close with unread bytes would reset the connection and could take our answer with it.
    enter(Phase::closing);
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    received_.resize(read_size);
    std::size_t discarded = 0;
    while (discarded < linger_bytes && !late_) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(received_), token);
        if (error) {
            break;
        }
        discarded += count;
    }
}

} // namespace polyglance
