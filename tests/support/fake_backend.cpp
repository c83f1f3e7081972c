#include "tests/support/fake_backend.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "tests/support/fake_peer.hpp"
#include "tests/support/run.hpp"

namespace polyglance::test {
namespace {

using asio::ip::tcp;

std::optional<asio::ssl::context> make_context(FakeTls tls)
{
    if (tls == FakeTls::off) {
        return std::nullopt;
    }
    const TestCertificate made = make_certificate(tls);
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate(asio::buffer(made.certificate_pem), asio::ssl::context::pem);
    context.use_private_key(asio::buffer(made.key_pem), asio::ssl::context::pem);
    if (tls == FakeTls::tls11) {
        SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
        SSL_CTX_set_cipher_list(context.native_handle(), "DEFAULT@SECLEVEL=0");
    }
    return context;
}

} // namespace

class FakeBackend::Impl {
public:
    Impl(Handler handler, FakeTls tls)
        : context_(make_context(tls)), handler_(std::move(handler)),
          acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), port_(acceptor_.local_endpoint().port())
    {
        asio::co_spawn(io_, accept(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }

    ~Impl()
    {
        io_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return port_; }
    bool tls() const { return context_.has_value(); }

    void set_handler(Handler handler)
    {
        const std::lock_guard lock(mutex_);
        handler_ = std::move(handler);
    }

    void push(FakeScript script)
    {
        const std::lock_guard lock(mutex_);
        scripts_.push_back(std::move(script));
    }

    std::vector<FakeRequest> requests() const
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

    std::size_t connections() const
    {
        const std::lock_guard lock(mutex_);
        return connections_;
    }

    std::size_t most_in_flight() const
    {
        const std::lock_guard lock(mutex_);
        return most_in_flight_;
    }

    bool wait_for_requests(std::size_t count) const
    {
        return wait_until([&] { return requests_.size() >= count; });
    }

    bool wait_for_ended(std::size_t count) const
    {
        return wait_until([&] { return ended_ >= count; });
    }

    /// Runs `act` on every connection that waits for a request, on the backend's thread, and waits for it.
    void on_idle(const std::function<void(FakePeer&)>& act)
    {
        // A script may end a little after the client has its answer.
        wait_until([&] { return ending_ == 0; });
        on_its_thread([&] {
            for (FakePeer* peer : idle_) {
                act(*peer);
            }
        });
    }

    void stop_accepting()
    {
        on_its_thread([&] { acceptor_.close(); });
    }

private:
    void on_its_thread(const std::function<void()>& act)
    {
        std::promise<void> done;
        asio::post(io_, [&] {
            act();
            done.set_value();
        });
        done.get_future().wait();
    }

    bool wait_until(const std::function<bool()>& condition) const
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, condition);
    }

    asio::awaitable<void> accept()
    {
        while (acceptor_.is_open()) {
            boost::system::error_code error;
            tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                continue;
            }
            std::size_t number = 0;
            {
                const std::lock_guard lock(mutex_);
                number = ++connections_;
            }
            asio::co_spawn(io_, serve(std::move(socket), number), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket, std::size_t number)
    {
        FakePeer peer(std::move(socket), context_ ? &*context_ : nullptr, number);
        bool open = co_await peer.handshake();
        while (open) {
            idle_.insert(&peer);
            const std::optional<FakeRequest> request = co_await peer.read_request();
            idle_.erase(&peer);
            if (!request) {
                break;
            }
            FakeScript script = begin(*request);
            const bool ends_by_itself = !script.blocks();
            open = co_await peer.perform(std::move(script));
            end(ends_by_itself);
        }
        peer.close();
        const std::lock_guard lock(mutex_);
        ++ended_;
        changed_.notify_all();
    }

    FakeScript begin(const FakeRequest& request)
    {
        std::optional<FakeScript> script;
        Handler handler;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
            handler = handler_;
            if (!scripts_.empty()) {
                script = std::move(scripts_.front());
                scripts_.pop_front();
            }
        }
        if (!script) {
            script = handler(request);
        }
        const std::lock_guard lock(mutex_);
        ending_ += script->blocks() ? 0 : 1;
        changed_.notify_all();
        return *std::move(script);
    }

    void end(bool ends_by_itself)
    {
        const std::lock_guard lock(mutex_);
        --in_flight_;
        ending_ -= ends_by_itself ? 1 : 0;
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::optional<asio::ssl::context> context_;
    Handler handler_;
    std::deque<FakeScript> scripts_;
    std::vector<FakeRequest> requests_;
    std::size_t connections_ = 0;
    std::size_t ended_ = 0;
    std::size_t in_flight_ = 0;
    std::size_t most_in_flight_ = 0;
    std::size_t ending_ = 0;   ///< requests under way whose scripts wait for nothing
    std::set<FakePeer*> idle_; ///< touched by the backend's thread only
    // Last but for its users: its coroutines refer to all of the above.
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::thread thread_;
};

FakeBackend::FakeBackend(FakeTls tls) : FakeBackend([](const FakeRequest&) { return FakeReply{.status = 404}; }, tls) {}

FakeBackend::FakeBackend(Handler handler, FakeTls tls) : impl_(std::make_unique<Impl>(std::move(handler), tls)) {}

FakeBackend::~FakeBackend() = default;

std::uint16_t FakeBackend::port() const
{
    return impl_->port();
}

Endpoint FakeBackend::endpoint() const
{
    return {.tls = impl_->tls(), .host = "127.0.0.1", .port = port(), .prefix = ""};
}

std::string FakeBackend::url() const
{
    return (impl_->tls() ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

void FakeBackend::set_handler(Handler handler)
{
    impl_->set_handler(std::move(handler));
}

void FakeBackend::push(FakeScript script)
{
    impl_->push(std::move(script));
}

std::vector<FakeRequest> FakeBackend::requests() const
{
    return impl_->requests();
}

std::size_t FakeBackend::connections() const
{
    return impl_->connections();
}

std::size_t FakeBackend::most_in_flight() const
{
    return impl_->most_in_flight();
}

void FakeBackend::stop_accepting()
{
    impl_->stop_accepting();
}

void FakeBackend::close_idle()
{
    impl_->on_idle([](FakePeer& peer) { peer.close(); });
}

void FakeBackend::send_unasked(std::string bytes)
{
    impl_->on_idle([&](FakePeer& peer) { peer.write_now(bytes); });
}

bool FakeBackend::wait_for_requests(std::size_t count) const
{
    return impl_->wait_for_requests(count);
}

bool FakeBackend::wait_for_ended(std::size_t count) const
{
    return impl_->wait_for_ended(count);
}

} // namespace polyglance::test
