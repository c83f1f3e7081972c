#include "adapters/http/watchdog.hpp"

namespace polyglance {

Watchdog::Watchdog(const asio::any_io_executor& executor, std::chrono::steady_clock::duration left)
    : timer_(executor, left)
{
    timer_.async_wait([state = state_](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        state->expired = true;
        if (state->guarded != nullptr) {
            state->guarded->close();
        }
    });
}

Watchdog::~Watchdog()
{
    unguard();
}

void Watchdog::guard(Connection& connection)
{
    state_->guarded = &connection;
    if (state_->expired) {
        connection.close();
    }
}

} // namespace polyglance
