#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

namespace asio = boost::asio;

using TcpEndpoints = std::vector<asio::ip::tcp::endpoint>;

/// No cloud is at that address, but machines' own services may be: link-local (where clouds keep their machines'
/// credentials), multicast, unspecified or broadcast.
bool is_no_clouds(const asio::ip::address& address);
/// A loopback address, also as IPv6 writes those of IPv4.
bool is_this_machine(const asio::ip::address& address);

/// Host names to addresses, remembered for a minute. One look-up per name at a time, shared by all who wait for it.
/// A look-up cannot be interrupted; waiting for it can, and a late result serves the next caller.
class Resolver {
public:
    static constexpr std::chrono::seconds life{60};

    /// Calls `done` once, later, on the resolver's event loop; no addresses = no such name.
    using Done = std::function<void(TcpEndpoints)>;
    using LookUp = std::function<void(const std::string& host, std::uint16_t port, Done done)>;

    /// Asks the system.
    Resolver(asio::any_io_executor executor, const Clock& clock);
    Resolver(asio::any_io_executor executor, const Clock& clock, LookUp look_up);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// At least one address. Literal addresses need no look-up. What a name must not lead to is left out: addresses
    /// of no cloud, and, unless `may_be_here`, this machine's own.
    /// Errors: upstream_unavailable for an unknown name or one that leads nowhere else; timeout at `deadline`.
    asio::awaitable<Result<TcpEndpoints>> resolve(std::string host, std::uint16_t port, bool may_be_here,
                                                  Deadline deadline);

private:
    struct Names;

    asio::any_io_executor executor_;
    const Clock& clock_;
    LookUp look_up_;
    std::shared_ptr<Names> names_;
};

} // namespace polyglance
