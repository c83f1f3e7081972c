#pragma once

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/api/context.hpp"
#include "proxy/auth/gate.hpp"
#include "proxy/http/dispatch.hpp"
#include "proxy/http/router.hpp"
#include "tests/support/fake_refresh.hpp"
#include "tests/support/manual_clock.hpp"

namespace polyglance::test {

/// An answer as a client would read it.
struct Answer {
    int status = 0;
    std::map<std::string, std::string> headers; ///< without those that the connection adds
    std::string body;

    nlohmann::json json() const { return nlohmann::json::parse(body); }
    std::string code() const { return json().at("code"); }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

SourceInfo a_source(std::string id, Provider provider = Provider::glance);
/// An image with that id and name, of the given age in days.
Image an_image(std::string native_id, std::string name, int days_old = 0);

/// The whole API over a catalogue filled by hand.
class ApiHarness {
public:
    ApiHarness();

    void configure(std::vector<SourceInfo> infos);
    /// Gives a source a snapshot of these images, fetched now.
    void publish(std::string_view source, const std::vector<Image>& images);
    void fail(std::string_view source, ErrorClass error_class,
              std::chrono::seconds next_try = std::chrono::seconds{30});
    void change(std::string_view source, const std::function<void(SourceStatus&)>& change);

    Answer send(Method method, std::string_view target, const Headers& headers = {});
    Answer get(std::string_view target, const Headers& headers = {}) { return send(Method::get, target, headers); }
    Answer remove(std::string_view target, const Headers& headers = {})
    {
        return send(Method::delete_, target, headers);
    }
    /// uids of a list's page.
    std::vector<std::string> uids(std::string_view target);

    boost::asio::io_context io; ///< runs while `send` waits for its answer
    ManualClock clock;
    CatalogHub hub;
    FakeRefresh refresh;
    LiveSettings settings;
    PageCache pages{8 << 20};
    RecentAnswers recent;
    std::vector<DeleteAudit> audits;
    bool alive = true;
    Readiness readiness{.ready = true, .checks = {{"config", true, "ok"}}};
    ApiContext context;
    Router router;
    Gate gate{ServerConfig{}, FrontAuthConfig{}};

    /// Lets a test fail on bugs, and counts nothing.
    struct Observer final : FrontObserver {
        void answered(const ExchangeReport&) override {}
        void handler_failed(const Request&, std::string_view what) override { ADD_FAILURE() << what; }
    } observer;
    Dispatcher dispatcher;
};

} // namespace polyglance::test
