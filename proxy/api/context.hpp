#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cache/catalog.hpp"
#include "model/clock.hpp"
#include "proxy/api/page_cache.hpp"
#include "proxy/api/recent_answers.hpp"
#include "proxy/api/settings.hpp"
#include "proxy/refresh/refresh.hpp"

namespace polyglance {

/// One DELETE of an image, whatever became of it: for the audit log and the deletes_total counter.
struct DeleteAudit {
    std::string who;    ///< the caller; "anonymous" without authentication
    std::string peer;   ///< its address
    std::string source; ///< id of a configured source; "" when the uid names none
    std::string uid;
    std::string request_id;
    std::string outcome; ///< "deleted", "dry_run" or the problem code
    std::chrono::milliseconds took{};
};

/// What /readyz answers.
struct Readiness {
    bool ready = false;
    bool draining = false;
    struct Check {
        std::string name; ///< "config", "redis"
        bool ok = false;
        std::string note; ///< for people: "ok", "not connected"
    };
    std::vector<Check> checks;
};

/// What /version answers.
struct BuildInfo {
    std::string name = "polyglance";
    std::string version;
    std::string commit;
    std::string built_at;
    std::string compiler;
    std::vector<std::pair<std::string, std::string>> libraries;
    Instant started_at;
};

/// Everything the handlers use. Owned by the composition root, outlives every request.
struct ApiContext {
    CatalogHub& hub;
    Refresh& refresh;
    const Clock& clock;
    LiveSettings& settings;
    PageCache& pages;
    RecentAnswers& recent;
    std::function<void(const DeleteAudit&)> audit;
    std::function<bool()> alive; ///< the event loops answer
    std::function<Readiness()> readiness;
    BuildInfo build;
    boost::asio::any_io_executor backstage; ///< where what takes long is done, so that no client waits for another's
};

} // namespace polyglance
