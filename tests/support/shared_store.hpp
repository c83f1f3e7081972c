#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cache/store.hpp"

namespace polyglance::test {

/// A store that several refreshers share inside one test: what Redis is to replicas, without sockets and time.
class SharedStore final : public SnapshotStore {
public:
    std::map<std::string, StoredSnapshot> snapshots;
    std::map<std::string, std::vector<Tombstone>> buried;
    std::set<std::string> leased;        ///< scopes somebody else drains
    std::multiset<std::string> released; ///< scopes whose lease was given back
    int saves = 0;
    int loads = 0;

    asio::awaitable<std::optional<StoredSnapshot>> load(std::string scope, SourceIdentity, Deadline) override
    {
        ++loads;
        const auto found = snapshots.find(scope);
        co_return found == snapshots.end() ? std::nullopt : std::optional(found->second);
    }
    asio::awaitable<bool> save(std::string scope, StoredSnapshot stored, std::chrono::milliseconds, Deadline) override
    {
        ++saves;
        snapshots.insert_or_assign(std::move(scope), std::move(stored));
        co_return true;
    }
    asio::awaitable<void> forget(std::string scope, Deadline) override
    {
        snapshots.erase(scope);
        co_return;
    }
    asio::awaitable<std::vector<Tombstone>> tombstones(std::string scope, Deadline) override
    {
        co_return buried[scope];
    }
    asio::awaitable<bool> add_tombstone(std::string scope, Tombstone tombstone, Deadline) override
    {
        buried[scope].push_back(std::move(tombstone));
        co_return true;
    }
    asio::awaitable<bool> acquire_lease(std::string scope, std::chrono::milliseconds, Deadline) override
    {
        co_return !leased.contains(scope);
    }
    asio::awaitable<void> release_lease(std::string scope, Deadline) override
    {
        released.insert(std::move(scope));
        co_return;
    }
    void on_event(std::function<void(const StoreEvent&)> listener) override { listener_ = std::move(listener); }
    StoreHealth health() const override
    {
        return {.configured = true, .connected = true, .last_error = {}, .trouble = {}};
    }
    void on_health(std::function<void(const StoreHealth&)>) override {}
    void stop() override {}

    void announce(const StoreEvent& event) { listener_(event); }

private:
    std::function<void(const StoreEvent&)> listener_;
};

} // namespace polyglance::test
