#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/refresh/refresh.hpp"
#include "proxy/refresh/source_refresher.hpp"
#include "proxy/task_group.hpp"

namespace polyglance {

/// The refreshers of all configured sources. `start`, `reconfigure` and `stop` run on the backstage loop, the rest on
/// any.
class RefreshService final : public Refresh {
public:
    explicit RefreshService(RefreshContext context);
    ~RefreshService() override;

    /// Announces the sources in the catalogue and starts a refresher for each enabled one.
    void start(const std::vector<SourceConfig>& sources);
    /// Goes over to another set of sources: those whose configuration is unchanged keep their refresher and snapshot.
    asio::awaitable<void> reconfigure(std::vector<SourceConfig> sources);
    /// Ends all refreshers and waits for them.
    asio::awaitable<void> stop();

    /// Makes every refresher look at the clock again. Backstage.
    void wake_all();

    void touch(const std::vector<std::string>& sources) override;
    asio::awaitable<void> wait_for_first(std::vector<std::string> sources, Deadline deadline) override;
    asio::awaitable<void> refresh(std::vector<std::string> sources, Instant not_before, Deadline deadline) override;
    bool request_refresh(std::string_view source) override;
    asio::awaitable<Result<void>> remove(std::string source, std::string native_id) override;
    std::string describe_remove(std::string_view source, std::string_view native_id) override;

private:
    struct Running {
        std::shared_ptr<SourceRefresher> refresher;
        std::unique_ptr<TaskGroup> tasks;
    };
    using Table = std::unordered_map<std::string, std::shared_ptr<SourceRefresher>>;

    Running launch(const SourceConfig& config);
    void announce(const std::vector<SourceConfig>& sources);
    void publish_table();
    std::shared_ptr<SourceRefresher> find(std::string_view source) const;
    void on_store_event(const StoreEvent& event);

    RefreshContext context_;
    std::unordered_map<std::string, Running> running_; // backstage only
    mutable std::mutex mutex_;
    std::shared_ptr<const Table> table_; // what the other threads see
};

/// The unchanging part of a source, for the catalogue.
SourceInfo describe_source(const SourceConfig& config, const CacheConfig& cache);

} // namespace polyglance
