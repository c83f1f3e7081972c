#include "tests/support/fake_redis.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <vector>

namespace polyglance::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::string bulk(std::string_view text)
{
    return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

std::string empty_redis_answer(const RedisCommand& command)
{
    if (command[0] == "PING") {
        return "+PONG\r\n";
    }
    if (command[0] == "SUBSCRIBE") {
        return "*3\r\n" + bulk("subscribe") + bulk(command[1]) + ":1\r\n";
    }
    if (command[0] == "STRLEN") {
        return ":0\r\n";
    }
    return command[0] == "GETRANGE" ? "$0\r\n\r\n" : "+OK\r\n";
}

} // namespace

struct FakeRedis::State {
    State(asio::io_context& io, Answer an_answer, std::chrono::milliseconds a_delay)
        : acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), answer(std::move(an_answer)), delay(a_delay)
    {
    }

    static asio::awaitable<void> accept(std::shared_ptr<State> self);
    static asio::awaitable<void> serve(std::shared_ptr<State> self, std::shared_ptr<tcp::socket> socket);

    tcp::acceptor acceptor;
    Answer answer;
    std::chrono::milliseconds delay;
    std::vector<std::shared_ptr<tcp::socket>> sockets;
};

asio::awaitable<void> FakeRedis::State::accept(std::shared_ptr<State> self)
{
    while (self->acceptor.is_open()) {
        auto [failed, socket] = co_await self->acceptor.async_accept(as_result);
        if (!failed) {
            const auto kept = self->sockets.emplace_back(std::make_shared<tcp::socket>(std::move(socket)));
            asio::co_spawn(self->acceptor.get_executor(), serve(self, kept), asio::detached);
        }
    }
}

asio::awaitable<void> FakeRedis::State::serve(std::shared_ptr<State> self, std::shared_ptr<tcp::socket> socket)
{
    ReplyParser parser; // a command looks like a reply: an array of strings
    std::string buffer(64UL << 10, '\0');
    for (;;) {
        auto [ended, size] = co_await socket->async_read_some(asio::buffer(buffer), as_result);
        if (ended) {
            co_return;
        }
        const auto commands = parser.feed(std::string_view(buffer).substr(0, size));
        std::string out;
        for (const RedisReply& received : commands.value()) {
            RedisCommand command;
            for (const RedisReply& word : received.elements) {
                command.push_back(word.text);
            }
            const auto scripted = self->answer(command);
            out += scripted ? *scripted : empty_redis_answer(command);
        }
        asio::steady_timer later(self->acceptor.get_executor(), self->delay);
        co_await later.async_wait(as_result);
        auto [broken, written] = co_await asio::async_write(*socket, asio::buffer(out), as_result);
        if (broken) {
            co_return;
        }
    }
}

FakeRedis::FakeRedis(asio::io_context& io, Answer answer, std::chrono::milliseconds delay)
    : state_(std::make_shared<State>(io, std::move(answer), delay))
{
    asio::co_spawn(io, State::accept(state_), asio::detached);
}

FakeRedis::~FakeRedis()
{
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    for (const auto& socket : state_->sockets) {
        socket->close(ignored);
    }
}

std::uint16_t FakeRedis::port() const
{
    return state_->acceptor.local_endpoint().port();
}

std::size_t FakeRedis::connections() const
{
    return state_->sockets.size();
}

} // namespace polyglance::test
