#include "adapters/http/look_up.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace polyglance {
namespace {

using asio::ip::tcp;

/// The way back to the loop, for as long as somebody there wants answers.
class WayBack {
public:
    explicit WayBack(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    void close()
    {
        const std::lock_guard lock(mutex_);
        executor_ = {};
    }

    void answer(Resolver::Done done, TcpEndpoints found)
    {
        const std::lock_guard lock(mutex_);
        if (executor_) {
            asio::post(executor_, [done = std::move(done), found = std::move(found)] { done(found); });
        }
    }

private:
    std::mutex mutex_;
    asio::any_io_executor executor_; ///< empty once closed
};

/// Closes the way with the last one who wants answers.
class Wanted {
public:
    explicit Wanted(asio::any_io_executor executor) : way(std::make_shared<WayBack>(std::move(executor))) {}
    ~Wanted() { way->close(); }
    Wanted(const Wanted&) = delete;
    Wanted& operator=(const Wanted&) = delete;

    const std::shared_ptr<WayBack> way; ///< threads that still ask hold on to it
};

} // namespace

Resolver::LookUp ask_in_threads(asio::any_io_executor executor, Ask ask)
{
    const auto wanted = std::make_shared<const Wanted>(std::move(executor));
    return [wanted, ask = std::move(ask)](const std::string& host, std::uint16_t port, Resolver::Done done) {
        const auto way = wanted->way;
        try {
            std::thread([way, ask, host, port, done] {
                TcpEndpoints found;
                try {
                    found = ask(host, port);
                } catch (const std::exception&) {
                    found.clear(); // no memory: as good as no answer
                }
                way->answer(done, std::move(found));
            }).detach();
        } catch (const std::system_error&) { // no more threads to be had
            way->answer(std::move(done), {});
        }
    };
}

TcpEndpoints ask_system(const std::string& host, std::uint16_t port)
{
    asio::io_context unused;
    boost::system::error_code error;
    const auto found = tcp::resolver(unused).resolve(host, std::to_string(port), tcp::resolver::numeric_service, error);
    return TcpEndpoints(found.begin(), found.end());
}

} // namespace polyglance
