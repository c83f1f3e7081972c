#include "cache/store.hpp"

namespace polyglance {
namespace {

class MemoryStore final : public SnapshotStore {
public:
    asio::awaitable<std::optional<StoredSnapshot>> load(std::string, SourceIdentity, Deadline) override
    {
        co_return std::nullopt;
    }
    asio::awaitable<bool> save(std::string, StoredSnapshot, std::chrono::milliseconds, Deadline) override
    {
        co_return false;
    }
    asio::awaitable<void> forget(std::string, Deadline) override { co_return; }
    asio::awaitable<std::vector<Tombstone>> tombstones(std::string, Deadline) override
    {
        co_return std::vector<Tombstone>{};
    }
    asio::awaitable<bool> add_tombstone(std::string, Tombstone, Deadline) override { co_return false; }
    asio::awaitable<bool> acquire_lease(std::string, std::chrono::milliseconds, Deadline) override { co_return true; }
    asio::awaitable<void> release_lease(std::string, Deadline) override { co_return; }
    void on_event(std::function<void(const StoreEvent&)>) override {}
    StoreHealth health() const override { return {}; }
    void on_health(std::function<void(const StoreHealth&)>) override {}
    void stop() override {}
};

} // namespace

std::unique_ptr<SnapshotStore> make_memory_store()
{
    return std::make_unique<MemoryStore>();
}

} // namespace polyglance
