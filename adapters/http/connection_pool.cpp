#include "adapters/http/connection_pool.hpp"

#include <utility>

namespace polyglance {

std::unique_ptr<Connection> ConnectionPool::take(const ConnectionKey& key)
{
    drop_old();
    const auto found = idle_.find(key);
    if (found == idle_.end()) {
        return nullptr;
    }
    auto& waiting = found->second;
    while (!waiting.empty()) {
        auto connection = std::move(waiting.back().connection);
        waiting.pop_back();
        if (connection->idle()) {
            return connection;
        }
    }
    return nullptr;
}

void ConnectionPool::put(const ConnectionKey& key, std::unique_ptr<Connection> connection)
{
    drop_old();
    auto& waiting = idle_[key];
    if (waiting.size() == max_idle_per_origin) {
        waiting.erase(waiting.begin());
    }
    waiting.push_back({std::move(connection), clock_.steady_now()});
}

void ConnectionPool::drop_old()
{
    const auto oldest = clock_.steady_now() - max_idle_time;
    for (auto& [key, waiting] : idle_) {
        std::erase_if(waiting, [&](const Idle& idle) { return idle.since <= oldest; });
    }
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
}

} // namespace polyglance
