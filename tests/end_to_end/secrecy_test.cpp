#include <gtest/gtest.h>

#include <algorithm>

#include "model/digest.hpp"
#include "tests/end_to_end/program.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/running_app.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::FakeReply;
using test::FakeRequest;
using test::FakeScript;
using test::Fleet;
using test::RunningApp;

/// Everything of an answer that a client can read.
std::string visible_text(const test::HttpAnswer& answer)
{
    std::string out = answer.body;
    for (const auto& [name, value] : answer.headers) {
        out += '\n' + name + ": " + value;
    }
    return out;
}

TEST(Secrecy, NoErrorNamesABackendOrRepeatsItsWords)
{
    const auto page = [](int status, std::string type, std::string body) {
        return [status, type = std::move(type), body = std::move(body)](const FakeRequest&) {
            return FakeReply{
                .status = status, .body = body, .headers = {{"Content-Type", type}, {"X-Canary", "canary"}}};
        };
    };
    const std::vector<test::FakeBackend::Handler> faults{
        page(500, "text/html", "<h1>canary at /usr/lib/python3/canary.py line 7</h1>"),
        page(401, "application/json", R"({"error":{"message":"canary: token gAAAA is not known","code":401}})"),
        page(403, "application/json", R"({"forbidden":{"message":"canary is not allowed","code":403}})"),
        page(400, "application/json", R"({"badRequest":{"message":"canary","code":400}})"),
        page(429, "application/json", R"({"overLimit":{"message":"canary"}})"),
        page(200, "application/json", R"({"canary":[)"),
        page(200, "text/html", "<html>canary</html>"),
        page(302, "text/html", "canary"),
        [](const FakeRequest&) { return FakeScript("canary canary\r\n\r\n").close(); },
        [](const FakeRequest&) { return FakeScript().reset(); },
    };
    for (std::size_t i = 0; i < faults.size(); ++i) {
        SCOPED_TRACE(i);
        Fleet fleet(1);
        for (std::size_t b = 0; b < Fleet::size; ++b) {
            fleet.backend(b).set_handler(faults[i]);
        }
        auto sources = fleet.sources();
        for (auto& source : sources) {
            source.allow_delete = true;
        }
        RunningApp app(sources);
        for (const auto* target : {"/v1/images?wait_ms=20000", "/v1/sources", "/v1/sources/gl", "/v1/images/gl~1",
                                   "/v1/images/no~1", "/readyz?verbose", "/v1/providers"}) {
            const auto text = visible_text(app.get(target));
            for (const std::string& secret :
                 {std::string("canary"), std::string("127.0.0.1"), std::string("/usr/"), std::string("gAAAA"),
                  ":" + std::to_string(fleet.backend(0).port()), ":" + std::to_string(fleet.backend(1).port())}) {
                EXPECT_EQ(text.find(secret), std::string::npos) << target << " shows " << secret << ":\n" << text;
            }
        }
        for (const auto* target : {"/v1/images/gl~1", "/v1/images/no~1"}) {
            const auto text = visible_text(test::call(app.port(), "DELETE", target));
            EXPECT_EQ(text.find("canary"), std::string::npos) << text;
            EXPECT_EQ(text.find("127.0.0.1"), std::string::npos) << text;
        }
    }
}

TEST(Secrecy, MetricsGrowByNothingThatACallerTypes)
{
    Fleet fleet(3);
    RunningApp app(fleet.sources());
    app.get("/v1/images?wait_ms=20000");
    const auto ask_everything = [&](int round) {
        const auto canary = "canary" + std::to_string(round);
        for (int i = 0; i < 50; ++i) {
            const auto name = canary + '-' + std::to_string(i);
            for (const auto& target :
                 {"/" + name, "/v1/images/gl~" + name, "/v1/images/" + name + "~1", "/v1/sources/" + name,
                  "/v1/images?name=" + name, "/v1/images?" + name + "=1", "/problems/" + name}) {
                app.get(target);
            }
            test::call(app.port(), "GET", "/v1/images", {{"X-Auth-Token", name}, {"X-Request-Id", name}});
            test::call(app.port(), name, "/v1/images");
            test::call(app.port(), "DELETE", "/v1/images/gl~" + name);
            test::call(app.port(), "DELETE", "/v1/images/" + name + "~1");
        }
        auto text = test::get(app.app().admin_port(), "/metrics").body;
        EXPECT_EQ(text.find("canary"), std::string::npos) << text;
        return std::count(text.begin(), text.end(), '\n');
    };

    test::get(app.app().admin_port(), "/metrics"); // which counts itself from the second time on
    const auto lines = ask_everything(1);

    EXPECT_EQ(ask_everything(2), lines);
    EXPECT_EQ(app.get("/metrics").status, 404) << "only the admin listener has it";
    EXPECT_EQ(app.get("/debug/config").status, 404);
}

TEST(Secrecy, TheLogHoldsNoQueryAndNoToken)
{
    Fleet fleet(1);
    const auto port = test::free_port();
    const test::Workspace workspace(test::server_yaml(port) +
                                    "auth: {mode: tokens, tokens_file: tokens.yaml}\nlog: {level: trace}\n" +
                                    fleet.yaml());
    workspace.add("tokens.yaml", "- {name: me, sha256: " + to_hex(as_bytes(sha256("canary-token"))) +
                                     ", sources: [\"*\"], scopes: [images:read]}\n");
    test::ChildProcess server({POLYGLANCE_BINARY, "serve", "--config", workspace.config()});
    test::get_when_up(server, port, "/livez");
    const HttpHeaders mine{{"Authorization", "Bearer canary-token"}};

    for (const auto* target : {"/v1/images?token=canary-query", "/v1/images?access_token=canary-query",
                               "/v1/images?X-Auth-Token=canary-query", "/v1/sources?token=canary-query",
                               "/v1/images/gl~x?token=canary-query"}) {
        const auto answer = test::call(port, "GET", target, mine);
        EXPECT_EQ(answer.status, 400) << target;
        EXPECT_EQ(answer.body.find("canary-query"), std::string::npos) << "named, not repeated";
        EXPECT_EQ(test::get(port, target).status, 401) << "and it opens nothing";
    }
    EXPECT_EQ(test::call(port, "GET", "/v1/images?wait_ms=20000", mine).status, 200);
    EXPECT_EQ(test::call(port, "GET", "/v1/images", {{"X-Auth-Token", "canary-wrong"}}).status, 401);
    EXPECT_EQ(test::call(port, "GET", "/v1/images", {{"Authorization", "Basic canary-basic"}}).status, 401);
    EXPECT_EQ(test::call(port, "DELETE", "/v1/images/gl~x", mine).status, 403);
    server.signal(SIGTERM);

    EXPECT_EQ(server.wait(), 0);
    EXPECT_NE(server.output().find("/v1/images"), std::string::npos) << "requests are logged";
    EXPECT_EQ(server.output().find("canary"), std::string::npos) << server.output();
}

} // namespace
} // namespace polyglance
