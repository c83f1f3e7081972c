#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/drain.hpp"
#include "cache/catalog.hpp"
#include "cache/store.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// The program's counters and gauges, in Prometheus' terms. Labels are bounded: routes, sources, words of ours; never
/// an id, a name or anything a client sent. Any thread.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count_request(std::string_view route, int status, double seconds, std::size_t bytes);
    void count_drain(std::string_view source, std::string_view outcome, double seconds, const DrainResult& result);
    void count_delete(std::string_view source, std::string_view outcome);
    void count_store_load(std::string_view source);
    void count_reload(bool succeeded);
    void count_bug();

    /// What is true at the moment of a scrape.
    struct Now {
        std::shared_ptr<const Catalog> catalog;
        Instant at;
        std::size_t connections = 0;
        StoreHealth store;
        std::size_t log_lines_dropped = 0;
        std::size_t page_cache_bytes = 0;
        std::size_t memory_bytes = 0;       ///< resident
        std::size_t memory_limit_bytes = 0; ///< 0 = none
    };
    /// Prometheus text format 0.0.4.
    std::string render(const Now& now);

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

} // namespace polyglance
