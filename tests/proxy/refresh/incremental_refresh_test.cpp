#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "adapters/http/percent.hpp"
#include "adapters/scalars.hpp"
#include "proxy/refresh/refresh_service.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"
#include "tests/support/shared_store.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::run;

class LastDrain final : public RefreshObserver {
public:
    void drained(const DrainReport& report) override
    {
        last = *report.result;
        changed = report.changed;
        incremental += last.incremental ? 1 : 0;
        whole += last.incremental ? 0 : 1;
    }
    void loaded_from_store(std::string_view, std::size_t) override {}
    void circuit_changed(std::string_view, CircuitState) override {}
    void task_failed(std::string_view what) override { ADD_FAILURE() << what; }

    DrainResult last;
    bool changed = false;
    int incremental = 0;
    int whole = 0;
};

/// A Glance as the recordings show it: newest first, pages by marker, `updated_at=gte:`, hidden images in a list of
/// their own. What it may get wrong is up to the test.
struct Cloud {
    struct Row {
        std::string name;
        Instant updated;
        bool hidden = false;
        bool operator==(const Row&) const = default;
    };
    std::map<std::string, Row> rows;
    bool ignores_the_filter = false;
    bool refuses_the_filter = false;
    bool takes_the_filter_for_a_property = false;
    std::optional<Instant> date;

    static std::string text_of(const std::string& id, const Row& row)
    {
        return R"({"id":")" + id + R"(","name":")" + row.name + R"(","visibility":"public","os_hidden":)" +
               (row.hidden ? "true" : "false") + R"(,"updated_at":")" + wire::format_seconds(row.updated) + "\"}";
    }

    Result<HttpResponse> answer(const HttpRequest& request) const
    {
        const auto mark = request.target.find('?');
        if (request.target.starts_with("/v2/schemas") || mark == std::string::npos) {
            return HttpResponse{.status = 404, .headers = {}, .body = "{}"};
        }
        std::map<std::string, std::string> query;
        for (auto& [name, value] : decode_query(request.target.substr(mark + 1)).value_or(QueryPairs{})) {
            query[name] = value;
        }
        const bool filtered = query.contains("updated_at");
        if (filtered && refuses_the_filter) {
            return HttpResponse{.status = 400, .headers = {}, .body = "{}"};
        }
        std::string body;
        std::size_t sent = 0;
        std::string last;
        bool more = false;
        for (const auto& [id, row] : rows) {
            const bool in_list = row.hidden == (query["os_hidden"] == "true") && id > query["marker"];
            const bool passes =
                !filtered || ignores_the_filter ||
                (!takes_the_filter_for_a_property && row.updated >= *parse_timestamp(query["updated_at"].substr(4)));
            if (!in_list || !passes) {
                continue;
            }
            if (sent == std::stoul(query["limit"])) {
                more = true;
                break;
            }
            body += (sent++ == 0 ? "" : ",") + text_of(id, row);
            last = id;
        }
        body = R"({"images":[)" + body + R"(],"schema":"/v2/schemas/images","first":"/v2/images")" +
               (more ? R"(,"next":"/v2/images?marker=)" + last + "\"}" : "}");
        HttpHeaders headers;
        if (date) {
            headers.emplace_back("Date", format_http_date(*date));
        }
        return HttpResponse{.status = 200, .headers = headers, .body = body};
    }
};

struct Harness {
    asio::io_context io;
    test::ManualClock clock;
    test::ScriptedHttpClient http;
    test::SharedStore store;
    LastDrain drain;
    CacheConfig cache{.ttl = 60s, .stale = 1h, .min_refresh = 5s, .idle_after = 10min, .redis = {}};
    CatalogHub hub{clock, 2min};
    RefreshService service{{.backstage = io.get_executor(),
                            .hub = hub,
                            .store = store,
                            .http = http,
                            .clock = clock,
                            .observer = drain,
                            .cache = cache}};
    Cloud cloud;

    Harness()
    {
        http.answer_with([this](const HttpRequest& request) { return cloud.answer(request); });
    }
    ~Harness() { run(io, service.stop()); }

    void start(std::chrono::milliseconds full_every = 10min)
    {
        SourceConfig config;
        config.id = "os-a";
        config.endpoint = Endpoint{.host = "127.0.0.1", .port = 9292};
        config.page_size = 3;
        config.full_every = full_every;
        config.shrink_guard_percent = 0;
        service.start({config});
        settle();
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    /// A whole TTL goes by: one refresh.
    void refresh()
    {
        service.touch({"os-a"});
        clock.advance(60s);
        service.wake_all();
        settle();
    }
    void put(const std::string& id, std::string name, std::chrono::seconds ago = 0s, bool hidden = false)
    {
        cloud.rows[id] = {.name = std::move(name), .updated = clock.now() - ago, .hidden = hidden};
    }
    std::shared_ptr<const Snapshot> snapshot() const { return hub.current()->find("os-a")->snapshot; }
    std::map<std::string, std::string> names() const
    {
        std::map<std::string, std::string> out;
        const auto shown = snapshot();
        for (std::uint32_t row = 0; shown && row < shown->size(); ++row) {
            out[std::string(shown->native_id(row))] = std::get<std::string>(shown->value(row, Field::name));
        }
        return out;
    }
};

using Names = std::map<std::string, std::string>;

TEST(IncrementalRefresh, AsksOnlyForWhatChanged)
{
    Harness h;
    for (const auto* id : {"a", "b", "c", "d", "e"}) {
        h.put(id, "old", 24h);
    }
    h.start();
    h.put("b", "new");
    h.put("f", "born");

    h.refresh();

    EXPECT_TRUE(h.drain.last.incremental);
    EXPECT_EQ(h.names(), (Names{{"a", "old"}, {"b", "new"}, {"c", "old"}, {"d", "old"}, {"e", "old"}, {"f", "born"}}));
}

TEST(IncrementalRefresh, WithoutChangesIsOneSmallPagePerPassAndTheSameSnapshot)
{
    Harness h;
    for (int i = 0; i < 50; ++i) {
        h.put("i" + std::to_string(i), "old", std::chrono::hours{24 + i});
    }
    h.start();
    const auto before = h.snapshot();
    const auto bytes_of_all = h.drain.last.bytes;

    h.refresh();

    EXPECT_TRUE(h.drain.last.incremental);
    EXPECT_EQ(h.drain.last.pages, 2u);
    EXPECT_LT(h.drain.last.bytes * 10, bytes_of_all);
    EXPECT_FALSE(h.drain.changed);
    EXPECT_EQ(h.snapshot(), before);
}

TEST(IncrementalRefresh, AWholeDrainFindsTheDeletedAndKeepsTheRest)
{
    Harness h;
    h.put("a", "x", 24h);
    h.put("b", "x", 48h);
    h.put("c", "x", 72h);
    h.start(5min);
    h.cloud.rows.erase("b");
    h.refresh();
    EXPECT_TRUE(h.drain.last.incremental);
    EXPECT_EQ(h.names().size(), 3u);

    for (int i = 0; i < 5; ++i) {
        h.refresh();
    }

    EXPECT_EQ(h.drain.whole, 2);
    EXPECT_EQ(h.names(), (Names{{"a", "x"}, {"c", "x"}}));
}

TEST(IncrementalRefresh, AWholeDrainWithoutChangesDecodesNothing)
{
    Harness h;
    for (const auto* id : {"a", "b", "c", "d"}) {
        h.put(id, "x", 24h);
    }
    h.put("h", "hidden", 24h, true);
    h.start(0ms);
    const auto before = h.snapshot();

    h.refresh();

    EXPECT_FALSE(h.drain.last.incremental);
    EXPECT_EQ(h.drain.last.rows, 5u);
    EXPECT_EQ(h.drain.last.kept, 5u);
    EXPECT_EQ(h.snapshot(), before);
}

TEST(IncrementalRefresh, AForcedRefreshReadsEverything)
{
    Harness h;
    h.put("a", "x", 24h);
    h.put("b", "x", 48h);
    h.start();
    h.cloud.rows.erase("b");
    h.clock.advance(6s);

    h.service.request_refresh("os-a");
    h.settle();

    EXPECT_FALSE(h.drain.last.incremental);
    EXPECT_EQ(h.names(), (Names{{"a", "x"}}));
}

TEST(IncrementalRefresh, ReadsEverythingWhenTheNewestImageIsGone)
{
    Harness h;
    h.put("a", "x", 24h);
    h.put("b", "x", 48h);
    h.start();
    h.cloud.rows.erase("a");

    h.refresh();

    EXPECT_FALSE(h.drain.last.incremental);
    EXPECT_EQ(h.names(), (Names{{"b", "x"}}));
}

TEST(IncrementalRefresh, ABackendWithoutTheFilterIsReadWhole)
{
    for (const auto wrong :
         {&Cloud::ignores_the_filter, &Cloud::refuses_the_filter, &Cloud::takes_the_filter_for_a_property}) {
        Harness h;
        for (const auto* id : {"a", "b", "c", "d", "e"}) {
            h.put(id, "x", id[0] == 'c' ? 24h : 48h);
        }
        h.cloud.*wrong = true;
        h.start();
        h.put("b", "new");
        h.cloud.rows.erase("d");

        h.refresh();

        EXPECT_FALSE(h.drain.last.incremental);
        EXPECT_TRUE(h.drain.last.complete);
        EXPECT_EQ(h.names(), (Names{{"a", "x"}, {"b", "new"}, {"c", "x"}, {"e", "x"}}));
        // And it is not asked again before the whole list would be due anyway.
        const auto calls = h.http.calls().size();
        h.refresh();
        EXPECT_EQ(h.http.calls().size() - calls, h.drain.last.pages);
    }
}

TEST(IncrementalRefresh, AClockThatWasSetBackIsNotTrusted)
{
    Harness h;
    h.put("a", "x", 24h);
    h.put("b", "x", 1min);
    h.cloud.date = h.clock.now();
    h.start();
    h.cloud.date = h.clock.now() - 1h;
    h.put("a", "new", 1h); // stamped by the clock that was set back

    h.refresh();

    EXPECT_FALSE(h.drain.last.incremental);
    EXPECT_EQ(h.names().at("a"), "new");
}

/// The two clocks are compared at one moment, however long a list takes.
TEST(IncrementalRefresh, ALongDrainDoesNotMakeAClockSuspicious)
{
    Harness h;
    for (const auto* id : {"a", "b", "c", "d", "e"}) {
        h.put(id, "old", 24h);
    }
    h.http.answer_with([&h](const HttpRequest& request) {
        h.cloud.date = h.clock.now();
        auto answer = h.cloud.answer(request);
        h.clock.advance(request.target.find("updated_at") == std::string::npos ? 30s : 0s);
        return answer;
    });
    h.start();
    ASSERT_EQ(h.drain.whole, 1);
    h.put("b", "new");

    h.refresh();

    EXPECT_TRUE(h.drain.last.incremental);
    EXPECT_EQ(h.drain.whole, 1);
    EXPECT_EQ(h.names().at("b"), "new");
}

TEST(IncrementalRefresh, ATimeAheadHidesNoChangeOfABackendWhoseClockIsSlow)
{
    Harness h;
    h.cloud.date = h.clock.now() - 10min;
    h.put("a", "x", 24h);
    h.put("odd", "x", -24h * 365);
    h.start();
    h.clock.advance(1s);
    h.cloud.date = h.clock.now() + 59s - 10min; // as it will be
    h.put("a", "new", 10min);

    h.refresh();

    EXPECT_TRUE(h.drain.last.incremental);
    EXPECT_EQ(h.names().at("a"), "new");
}

TEST(IncrementalRefresh, ATimeAheadOfTheClockHidesNoChange)
{
    Harness h;
    h.put("a", "x", 24h);
    h.put("odd", "x", -24h * 365);
    h.start();
    h.put("a", "new");

    h.refresh();

    EXPECT_TRUE(h.drain.last.incremental);
    EXPECT_EQ(h.names().at("a"), "new");
}

TEST(IncrementalRefresh, AFailureIsFollowedByAWholeDrain)
{
    Harness h;
    h.put("a", "x", 24h);
    h.put("b", "x", 48h);
    h.start();
    h.http.fail(ErrorClass::upstream_unavailable);
    h.refresh();
    h.cloud.rows.erase("b");

    h.refresh();

    EXPECT_FALSE(h.drain.last.incremental);
    EXPECT_EQ(h.names(), (Names{{"a", "x"}}));
}

RC_GTEST_PROP(IncrementalRefresh, ShowsWhatAWholeDrainWouldButForDeletions, ())
{
    Harness h;
    h.cloud.date = std::nullopt;
    for (int i = 0; i < 6; ++i) {
        h.put("i" + std::to_string(i), "first", std::chrono::hours{10 + i}, i % 3 == 0);
    }
    h.start(4min);
    std::map<std::string, std::string> deleted; // since the last whole drain, and their names then
    int version = 0;
    const auto steps = *rc::gen::inRange(5, 25);
    for (int step = 0; step < steps; ++step) {
        const auto changes = *rc::gen::inRange(0, 4);
        for (int i = 0; i < changes; ++i) {
            const auto id = "i" + std::to_string(*rc::gen::inRange(0, 12));
            if (*rc::gen::inRange(0, 4) == 0) {
                if (h.cloud.rows.erase(id) > 0) {
                    deleted.emplace(id, "");
                }
                continue;
            }
            // The clocks of a backend's parts are not quite together.
            const auto skew = std::chrono::seconds{*rc::gen::inRange(-60, 60)};
            h.put(id, "v" + std::to_string(++version), skew, *rc::gen::inRange(0, 3) == 0);
        }
        const int whole_before = h.drain.whole;

        h.refresh();

        if (h.drain.whole != whole_before) {
            deleted.clear();
        }
        auto shown = h.names();
        for (const auto& [id, row] : h.cloud.rows) {
            RC_ASSERT(shown.contains(id));
            RC_ASSERT(shown.at(id) == row.name);
            shown.erase(id);
        }
        for (const auto& [id, name] : shown) {
            RC_ASSERT(deleted.contains(id));
        }
    }
    h.service.request_refresh("os-a");
    h.refresh();
    RC_ASSERT(h.names().size() == h.cloud.rows.size());
}

} // namespace
} // namespace polyglance
