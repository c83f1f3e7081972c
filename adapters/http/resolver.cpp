#include "adapters/http/resolver.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <utility>

#include "adapters/http/look_up.hpp"

namespace polyglance {
namespace {

using asio::ip::tcp;

asio::ip::address without_mapping(const asio::ip::address& address)
{
    return address.is_v6() && address.to_v6().is_v4_mapped()
               ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6())
               : address;
}

/// Those of `found` that the caller may go to.
Result<TcpEndpoints> permitted(TcpEndpoints found, bool may_be_here)
{
    if (!may_be_here) {
        std::erase_if(found, [](const auto& endpoint) { return is_this_machine(endpoint.address()); });
    }
    if (found.empty()) {
        return failure(ErrorClass::upstream_unavailable,
                       "the host name leads to this machine: set allow_loopback if the cloud runs here");
    }
    return found;
}

} // namespace

bool is_no_clouds(const asio::ip::address& mapped)
{
    const auto address = without_mapping(mapped);
    if (address.is_unspecified() || address.is_multicast()) {
        return true;
    }
    if (address.is_v6()) {
        return address.to_v6().is_link_local();
    }
    constexpr unsigned link_local = 169U << 8U | 254U;
    const auto number = address.to_v4().to_uint();
    return number >> 16U == link_local || number == asio::ip::address_v4::broadcast().to_uint();
}

bool is_this_machine(const asio::ip::address& address)
{
    return without_mapping(address).is_loopback();
}

struct Resolver::Names {
    struct Name {
        TcpEndpoints addresses;
        std::chrono::steady_clock::time_point found_at;
        bool asked = false;  ///< a look-up is under way
        bool barred = false; ///< it found nothing but what is no cloud's
        std::vector<std::shared_ptr<asio::steady_timer>> waiting;
    };
    std::map<std::pair<std::string, std::uint16_t>, Name> by_host;

    void forget_before(std::chrono::steady_clock::time_point oldest)
    {
        std::erase_if(by_host, [&](const auto& entry) {
            return !entry.second.asked && entry.second.waiting.empty() && entry.second.found_at <= oldest;
        });
    }
};

Resolver::Resolver(asio::any_io_executor executor, const Clock& clock)
    : Resolver(executor, clock, ask_in_threads(executor, ask_system))
{
}

Resolver::Resolver(asio::any_io_executor executor, const Clock& clock, LookUp look_up)
    : executor_(std::move(executor)), clock_(clock), look_up_(std::move(look_up)), names_(std::make_shared<Names>())
{
}

Resolver::~Resolver() = default;

asio::awaitable<Result<TcpEndpoints>> Resolver::resolve(std::string host, std::uint16_t port, bool may_be_here,
                                                        Deadline deadline)
{
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (!error) {
        co_return TcpEndpoints{tcp::endpoint(address, port)};
    }
    const auto now = clock_.steady_now();
    names_->forget_before(now - life);
    const auto key = std::pair(host, port);
    auto& name = names_->by_host[key];
    if (!name.addresses.empty()) {
        co_return permitted(name.addresses, may_be_here);
    }

    auto wake = std::make_shared<asio::steady_timer>(executor_, deadline - now);
    name.waiting.push_back(wake);
    if (!std::exchange(name.asked, true)) {
        // The look-up may end after this object: it only holds on to what is still there then.
        look_up_(host, port, [names = std::weak_ptr(names_), key, &clock = clock_](TcpEndpoints found) {
            const bool barred =
                std::erase_if(found, [](const auto& each) { return is_no_clouds(each.address()); }) > 0 &&
                found.empty();
            if (const auto alive = names.lock()) {
                auto& entry = alive->by_host[key];
                entry.addresses = std::move(found);
                entry.barred = barred;
                entry.found_at = clock.steady_now();
                entry.asked = false;
                for (const auto& timer : std::exchange(entry.waiting, {})) {
                    timer->cancel();
                }
            }
        });
    }
    co_await wake->async_wait(asio::redirect_error(asio::use_awaitable, error));
    const auto found = names_->by_host.find(key);
    if (found != names_->by_host.end() && !found->second.addresses.empty()) {
        co_return permitted(found->second.addresses, may_be_here);
    }
    if (found != names_->by_host.end() && found->second.barred) {
        co_return failure(ErrorClass::upstream_unavailable, "the host name leads to addresses where no cloud is");
    }
    const bool answered = error == asio::error::operation_aborted;
    co_return answered ? failure(ErrorClass::upstream_unavailable, "the host name is not known")
                       : failure(ErrorClass::timeout, "the host name was not resolved in time");
}

} // namespace polyglance
