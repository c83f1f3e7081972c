#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/http/connection.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// Exchanges that may share a connection have the same scheme, host, port and way of verifying, and agree on whether
/// the host may be this machine.
struct ConnectionKey {
    bool tls = false;
    std::string host;
    std::uint16_t port = 0;
    std::string ca_file;
    bool verify = true;
    bool allow_loopback = false;
    auto operator<=>(const ConnectionKey&) const = default;
};

/// Connections that wait for their next request. Bounded per key and in time.
class ConnectionPool {
public:
    static constexpr std::size_t max_idle_per_origin = 8;
    static constexpr std::chrono::seconds max_idle_time{60};

    explicit ConnectionPool(const Clock& clock) : clock_(clock) {}

    /// The connection used last that is still fit; null when there is none.
    std::unique_ptr<Connection> take(const ConnectionKey& key);
    /// Keeps a connection whose last answer was read to its end.
    void put(const ConnectionKey& key, std::unique_ptr<Connection> connection);

private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        std::chrono::steady_clock::time_point since;
    };

    void drop_old();

    const Clock& clock_;
    std::map<ConnectionKey, std::vector<Idle>> idle_; ///< oldest first
};

} // namespace polyglance
