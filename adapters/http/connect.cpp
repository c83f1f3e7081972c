#include "adapters/http/connect.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <utility>

namespace polyglance {
namespace {

using asio::ip::tcp;
using Duration = std::chrono::steady_clock::duration;

/// Shorter when there are so many addresses that the last would otherwise start after half of the time.
constexpr Duration longest_head_start = std::chrono::milliseconds{250};

/// Attempts that overlap. Each pending operation keeps the race alive; `abandon` ends them all.
class ConnectRace : public std::enable_shared_from_this<ConnectRace> {
public:
    ConnectRace(const asio::any_io_executor& executor, TcpEndpoints endpoints, Duration patience)
        : executor_(executor), endpoints_(std::move(endpoints)), over_(executor, patience), pace_(executor),
          head_start_(std::min<Duration>(longest_head_start, patience / static_cast<long>(2 * endpoints_.size())))
    {
    }

    void start_next()
    {
        if (over() || next_ == endpoints_.size()) {
            return;
        }
        const auto attempt = attempts_.emplace(attempts_.end(), executor_);
        ++pending_;
        attempt->async_connect(endpoints_[next_++],
                               [self = shared_from_this(), attempt](const boost::system::error_code& error) {
                                   self->attempt_ended(attempt, error);
                               });
        pace_.expires_after(head_start_);
        pace_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (!error) {
                self->start_next();
            }
        });
    }

    void abandon()
    {
        abandoned_ = true;
        pace_.cancel();
        for (auto& attempt : attempts_) {
            boost::system::error_code ignored;
            attempt.close(ignored);
        }
    }

    asio::steady_timer& over_timer() { return over_; }
    std::optional<tcp::socket>& winner() { return winner_; }
    bool refused() const { return refused_; }

private:
    bool over() const { return abandoned_ || winner_; }

    void attempt_ended(std::list<tcp::socket>::iterator attempt, const boost::system::error_code& error)
    {
        --pending_;
        if (over()) {
            return;
        }
        if (!error) {
            winner_ = std::move(*attempt);
            over_.cancel();
            return;
        }
        refused_ = refused_ || error == asio::error::connection_refused;
        if (next_ < endpoints_.size()) {
            start_next();
        } else if (pending_ == 0) {
            over_.cancel();
        }
    }

    asio::any_io_executor executor_;
    TcpEndpoints endpoints_;
    asio::steady_timer over_;
    asio::steady_timer pace_;
    Duration head_start_;
    std::list<tcp::socket> attempts_;
    std::size_t next_ = 0;
    std::size_t pending_ = 0;
    std::optional<tcp::socket> winner_;
    bool refused_ = false;
    bool abandoned_ = false;
};

/// Ends the race however the waiting coroutine is left.
struct Abandon {
    ConnectRace& race;
    ~Abandon() { race.abandon(); }
};

} // namespace

asio::awaitable<Result<tcp::socket>> connect_any(asio::any_io_executor executor, TcpEndpoints endpoints,
                                                 Duration patience)
{
    const auto race = std::make_shared<ConnectRace>(executor, std::move(endpoints), patience);
    const Abandon at_end{*race};
    race->start_next();
    boost::system::error_code error;
    co_await race->over_timer().async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (race->winner()) {
        co_return std::move(*race->winner());
    }
    if (!error) {
        co_return failure(ErrorClass::upstream_unavailable, "the backend did not accept a connection in time");
    }
    co_return failure(ErrorClass::upstream_unavailable,
                      race->refused() ? "the backend refused the connection" : "no connection to the backend");
}

} // namespace polyglance
