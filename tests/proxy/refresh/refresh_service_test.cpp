#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/refresh/refresh_service.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"
#include "tests/support/shared_store.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::run;

class SilentObserver final : public RefreshObserver {
public:
    void drained(const DrainReport& report) override
    {
        drains.emplace_back(report.error ? to_string(report.error->error_class) : "ok");
    }
    void loaded_from_store(std::string_view, std::size_t) override {}
    void circuit_changed(std::string_view, CircuitState state) override { circuits.push_back(state); }
    void task_failed(std::string_view what) override { bugs.emplace_back(what); }
    ~SilentObserver() override { EXPECT_THAT(bugs, testing::IsEmpty()); }

    std::vector<std::string> bugs; ///< a test that expects some takes them out
    std::vector<std::string> drains;
    std::vector<CircuitState> circuits;
};

/// One Glance source over a scripted backend; time stands still between the steps of a test.
struct Harness {
    asio::io_context io;
    test::ManualClock clock;
    test::ScriptedHttpClient http;
    test::SharedStore store;
    SilentObserver observer;
    CacheConfig cache{.ttl = 60s, .stale = 1h, .min_refresh = 5s, .idle_after = 10min, .redis = {}};
    CatalogHub hub{clock, 2min};
    RefreshService service{{.backstage = io.get_executor(),
                            .hub = hub,
                            .store = store,
                            .http = http,
                            .clock = clock,
                            .observer = observer,
                            .cache = cache,
                            .memory_is_short = [this] { return memory_is_short(); }}};
    std::vector<std::string> ids{"a", "b", "c"};
    int listings = 0;
    std::optional<Error> broken;
    std::string next; // of the first page
    std::function<bool()> memory_is_short = [] { return false; };

    Harness()
    {
        http.answer_with([this](const HttpRequest& request) { return answer(request); });
    }
    ~Harness() { run(io, service.stop()); }

    static SourceConfig source(std::string id = "os-a")
    {
        SourceConfig config;
        config.id = std::move(id);
        config.endpoint = Endpoint{.host = "127.0.0.1", .port = 9292};
        config.allow_delete = true;
        return config;
    }

    Result<HttpResponse> answer(const HttpRequest& request)
    {
        const HttpHeaders headers{{"Content-Type", "application/json"}};
        if (request.target.find("schemas") != std::string::npos) {
            return HttpResponse{.status = 404, .headers = headers, .body = "{}"};
        }
        if (request.method == HttpMethod::delete_) {
            return HttpResponse{.status = delete_status};
        }
        if (request.target.find("os_hidden") != std::string::npos) {
            return listing(headers, {}, "");
        }
        ++listings;
        if (request.target.find("marker") != std::string::npos) {
            return failure(ErrorClass::upstream_protocol, "cut");
        }
        if (broken) {
            return std::unexpected(*broken);
        }
        return listing(headers, ids, next);
    }
    int delete_status = 204;

    static HttpResponse listing(const HttpHeaders& headers, const std::vector<std::string>& ids,
                                const std::string& next)
    {
        std::string body = R"({"images":[)";
        for (const auto& id : ids) {
            body += (body.back() == '[' ? "" : ",") + std::string(R"({"id":")") + id + R"(","name":"n-)" + id +
                    R"(","status":"active","visibility":"public","self":"/v2/images/)" + id +
                    R"(","file":"f","tags":[]})";
        }
        body += R"(],"schema":"/v2/schemas/images","first":"/v2/images")";
        body += next.empty() ? "}" : R"(,"next":")" + next + "\"}";
        return {.status = 200, .headers = headers, .body = body};
    }

    void start(std::vector<SourceConfig> sources = {source()})
    {
        service.start(sources);
        settle();
    }
    /// Runs everything that can run without time passing.
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    /// Moves time and lets the refreshers look at the clock.
    void advance(std::chrono::nanoseconds by)
    {
        clock.advance(by);
        wake();
    }
    void wake()
    {
        service.wake_all();
        settle();
    }
    void touch()
    {
        service.touch({"os-a"});
        settle();
    }
    const CatalogSource& at(std::string_view id = "os-a")
    {
        held = hub.current();
        return *held->find(id);
    }
    std::shared_ptr<const Catalog> held;
    std::size_t images() { return at().snapshot ? at().snapshot->size() : 0; }
    SourceState state() { return state_of(at().status, at().snapshot != nullptr, clock.now()); }
};

TEST(RefreshService, DrainsAtStartAndPublishes)
{
    Harness h;

    h.start();

    EXPECT_EQ(h.images(), 3u);
    EXPECT_EQ(h.state(), SourceState::fresh);
    EXPECT_EQ(h.at().status.fetched_at, h.clock.now());
    EXPECT_EQ(h.at().status.expires_at, h.clock.now() + 60s);
    EXPECT_EQ(h.store.saves, 1);
}

TEST(RefreshService, RefreshesASourceInUseBeforeItExpires)
{
    Harness h;
    h.start();

    h.advance(59s);

    EXPECT_EQ(h.listings, 2);
    EXPECT_EQ(h.state(), SourceState::fresh);
}

TEST(RefreshService, SourcesThatStartedTogetherDoNotComeBackTogether)
{
    Harness h;
    std::vector<SourceConfig> sources;
    for (int i = 0; i < 1500; ++i) {
        sources.push_back(Harness::source("os-" + std::to_string(i)));
        sources.back().endpoint->port = static_cast<std::uint16_t>(1000 + i); // else they are one for the store
    }
    h.start(sources);
    ASSERT_EQ(h.listings, 1500);

    int most = 0;
    for (int second = 0; second < 180; ++second) {
        const int before = h.listings;
        h.advance(1s);
        most = std::max(most, h.listings - before);
    }

    const int all = h.listings - 1500;
    EXPECT_GE(all, 3 * 1500);              // about every 51 s
    EXPECT_LE(most, 3 * all / 180) << all; // three times as many as in the mean second
}

TEST(RefreshService, AClockThatIsSetMovesNoRefresh)
{
    for (const auto jump : {std::chrono::hours{1}, std::chrono::hours{-1}}) {
        Harness h;
        h.cache.stale = 24h;
        h.start();
        h.advance(10s);

        h.clock.set_calendar(jump);
        h.wake();

        EXPECT_EQ(h.listings, 1);
        EXPECT_EQ(h.images(), 3u) << "at worst they are marked as stale until they are read again";
        h.advance(50s);
        EXPECT_EQ(h.listings, 2);
        EXPECT_EQ(h.state(), SourceState::fresh);
    }
}

TEST(RefreshService, LeavesAnIdleSourceAloneUntilSomebodyAsks)
{
    Harness h;
    h.start();
    h.advance(11min);
    const int before = h.listings;
    h.advance(11min);
    EXPECT_EQ(h.listings, before);
    EXPECT_EQ(h.state(), SourceState::stale);

    h.touch();

    EXPECT_EQ(h.listings, before + 1);
    EXPECT_EQ(h.state(), SourceState::fresh);
}

TEST(RefreshService, KeepsTheOldSnapshotWhenTheBackendFails)
{
    Harness h;
    h.start();
    h.broken = Error{ErrorClass::timeout, "no answer in time"};

    h.advance(61s);

    EXPECT_EQ(h.images(), 3u);
    EXPECT_EQ(h.state(), SourceState::stale);
    ASSERT_TRUE(h.at().status.fault);
    EXPECT_EQ(h.at().status.fault->error_class, ErrorClass::timeout);
    EXPECT_EQ(h.at().status.fault->attempts, 1);
    EXPECT_GT(h.at().status.fault->next_try_at, h.clock.now());
}

TEST(RefreshService, AnExceptionThatNobodyExpectedCostsOneRefresh)
{
    Harness h;
    h.start();
    h.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> { throw std::runtime_error("a bug"); });
    h.advance(61s);
    EXPECT_EQ(h.images(), 3u);
    EXPECT_THAT(std::exchange(h.observer.bugs, {}), testing::ElementsAre("a bug"));

    h.http.answer_with([&h](const HttpRequest& request) { return h.answer(request); });
    h.ids = {"a", "b", "c", "d"};
    h.advance(61s);

    EXPECT_EQ(h.images(), 4u);
    EXPECT_EQ(h.state(), SourceState::fresh);
}

TEST(RefreshService, ForgetsTheFaultWhenTheBackendIsBack)
{
    Harness h;
    h.broken = Error{ErrorClass::upstream_unavailable, "503 from the backend"};
    h.start();
    EXPECT_EQ(h.state(), SourceState::error);
    h.broken.reset();

    h.advance(6s);

    EXPECT_EQ(h.state(), SourceState::fresh);
    EXPECT_FALSE(h.at().status.fault);
}

TEST(RefreshService, BacksOffAndOpensTheCircuit)
{
    Harness h;
    h.broken = Error{ErrorClass::upstream_auth, "refused"};
    h.start();
    for (int i = 0; i < 40; ++i) {
        h.advance(10s);
    }

    EXPECT_LE(h.listings, 20);
    EXPECT_GE(h.listings, 6);
    ASSERT_FALSE(h.observer.circuits.empty());
    EXPECT_EQ(h.observer.circuits.front(), CircuitState::open);
}

TEST(RefreshService, JoinsForcedRefreshesAndKeepsTheLeastInterval)
{
    Harness h;
    h.start();

    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(h.service.request_refresh("os-a"));
    }
    h.settle();
    EXPECT_EQ(h.listings, 1); // drained less than min_refresh ago
    h.advance(5s);
    EXPECT_EQ(h.listings, 2);
    h.advance(20s);
    EXPECT_EQ(h.listings, 2);

    EXPECT_FALSE(h.service.request_refresh("nobody"));
}

TEST(RefreshService, HonoursRetryAfterEvenWhenForced)
{
    Harness h;
    h.broken = Error{ErrorClass::throttled, "429 from the backend", 100s};
    h.start();

    h.service.request_refresh("os-a");
    h.advance(99s);
    EXPECT_EQ(h.listings, 1);
    h.advance(1s);

    EXPECT_EQ(h.listings, 2);
}

TEST(RefreshService, ShowsPartOfAListOnlyWhenThereIsNoWholeOne)
{
    Harness h;
    h.next = "/v2/images?marker=c";
    h.start();
    EXPECT_EQ(h.images(), 3u);
    EXPECT_EQ(h.state(), SourceState::partial);
    EXPECT_EQ(h.store.saves, 0);

    h.next.clear();
    h.ids = {"a", "b", "c", "d"};
    h.advance(10s);
    EXPECT_EQ(h.state(), SourceState::fresh);
    h.next = "/v2/images?marker=c";
    h.ids = {"a", "b", "c"};
    h.advance(61s);

    EXPECT_EQ(h.images(), 4u);
    EXPECT_EQ(h.at().status.fault->error_class, ErrorClass::upstream_protocol);
}

TEST(RefreshService, WithoutMemoryAListThatDoesNotFitIsGivenUp)
{
    Harness h;
    int looks = 0; // at the store, the page, the first image; then it is short
    h.memory_is_short = [&] { return ++looks > 3; };
    h.start();
    EXPECT_EQ(h.images(), 0u) << "part of it would keep the memory short";
    EXPECT_EQ(h.at().status.fault->error_class, ErrorClass::overloaded);

    h.memory_is_short = [] { return false; };
    h.advance(10s);
    EXPECT_EQ(h.state(), SourceState::fresh);
    const int listings = h.listings;
    h.memory_is_short = [] { return true; };
    h.advance(61s);

    EXPECT_EQ(h.images(), 3u) << "what is there stays";
    EXPECT_EQ(h.state(), SourceState::stale);
    EXPECT_EQ(h.listings, listings) << "no cloud is asked for what nobody could take";
}

TEST(RefreshService, DoubtsAShrunkenListOnce)
{
    Harness h;
    h.start();
    h.ids = {"a"};

    h.advance(55s);
    EXPECT_EQ(h.images(), 3u);
    ASSERT_TRUE(h.at().status.fault);
    h.advance(10s);

    EXPECT_EQ(h.images(), 1u);
    EXPECT_EQ(h.state(), SourceState::fresh);
}

TEST(RefreshService, SameContentKeepsSnapshotAndGeneration)
{
    Harness h;
    h.start();
    const auto snapshot = h.at().snapshot;
    const auto generation = h.hub.current()->generation;

    h.advance(55s);

    EXPECT_EQ(h.listings, 2);
    EXPECT_EQ(h.at().snapshot, snapshot);
    EXPECT_EQ(h.hub.current()->generation, generation);
    EXPECT_EQ(h.at().status.fetched_at, h.clock.now());
}

TEST(RefreshService, HidesADeletedImageWhileTheBackendStillListsIt)
{
    Harness h;
    h.start();
    const auto generation = h.hub.current()->generation;

    EXPECT_TRUE(run(h.io, h.service.remove("os-a", "b")));
    EXPECT_EQ(h.images(), 2u);
    EXPECT_NE(h.hub.current()->generation, generation);
    EXPECT_EQ(h.store.snapshots.begin()->second.snapshot->size(), 2u);
    h.advance(55s);
    EXPECT_EQ(h.listings, 2);
    EXPECT_EQ(h.images(), 2u); // still listed, still hidden
    h.ids = {"a", "c"};
    h.advance(55s);
    h.ids = {"a", "b", "c"}; // made anew
    h.advance(55s);

    EXPECT_EQ(h.images(), 3u);
}

TEST(RefreshService, HidesWhatAnotherReplicaDeletesAtOnce)
{
    Harness other;
    other.start();
    Harness h;
    h.start();
    ASSERT_EQ(h.images(), 3u);

    EXPECT_TRUE(run(other.io, other.service.remove("os-a", "b")));
    h.store.snapshots = other.store.snapshots; // fetched when ours was: nothing newer to take over
    h.store.buried = other.store.buried;
    h.store.announce({.scope = Harness::source().scope(), .content_hash = "x", .fetched_at = h.clock.now()});
    h.settle();

    EXPECT_EQ(h.images(), 2u);
    EXPECT_EQ(h.listings, 1);
}

/// The list that another replica stored lacks the image because it is hidden there: the backend may list it still.
TEST(RefreshService, AStoredListDoesNotEndATombstone)
{
    Harness other;
    other.start();
    Harness h;
    h.start();
    EXPECT_TRUE(run(other.io, other.service.remove("os-a", "b")));
    other.advance(55s);
    h.clock.advance(55s);
    h.store.snapshots = other.store.snapshots;
    h.store.buried = other.store.buried;
    h.store.announce({.scope = Harness::source().scope(), .content_hash = "x", .fetched_at = h.clock.now()});
    h.settle();
    ASSERT_TRUE(h.at().status.from_store);
    ASSERT_EQ(h.images(), 2u);

    h.advance(60s); // our own drain finds it

    EXPECT_EQ(h.listings, 2);
    EXPECT_EQ(h.images(), 2u);
}

TEST(RefreshService, TombstonesEnd)
{
    Harness h;
    h.start();
    run(h.io, h.service.remove("os-a", "b"));

    for (int i = 0; i < 7; ++i) {
        h.advance(50s);
    }

    EXPECT_EQ(h.images(), 3u);
}

TEST(RefreshService, DropsAnImageThatTheBackendNoLongerKnows)
{
    Harness h;
    h.start();
    h.delete_status = 404;

    const auto result = run(h.io, h.service.remove("os-a", "b"));

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::not_found);
    EXPECT_EQ(h.images(), 2u);
}

TEST(RefreshService, KeepsTheImageWhenTheBackendRefusesTheDelete)
{
    Harness h;
    h.start();
    h.delete_status = 403;

    const auto result = run(h.io, h.service.remove("os-a", "b"));

    ASSERT_FALSE(result);
    EXPECT_EQ(h.images(), 3u);
}

TEST(RefreshService, TakesAStoredSnapshotWithoutAskingTheBackend)
{
    Harness first;
    first.start();
    Harness h;
    h.store.snapshots = first.store.snapshots;

    h.start();

    EXPECT_EQ(h.images(), 3u);
    EXPECT_EQ(h.state(), SourceState::fresh);
    EXPECT_TRUE(h.at().status.from_store);
    EXPECT_TRUE(h.http.calls().empty());
}

TEST(RefreshService, AnExpiredStoredSnapshotIsServedStaleAndRefreshed)
{
    Harness first;
    first.start();
    Harness h;
    h.store.snapshots = first.store.snapshots;
    h.clock.advance(2min);
    h.broken = Error{ErrorClass::upstream_unavailable, "503 from the backend"};

    h.start();

    EXPECT_EQ(h.images(), 3u);
    EXPECT_EQ(h.state(), SourceState::stale);
    EXPECT_GE(h.listings, 1);
}

TEST(RefreshService, KeepsOrWithdrawsTheListOfACloudThatRefusesUs)
{
    for (const bool withdraw : {false, true}) {
        for (const auto refusal : {ErrorClass::upstream_auth, ErrorClass::upstream_forbidden}) {
            Harness h;
            auto source = Harness::source();
            source.withdraw_when_refused = withdraw;
            h.service.start({source});
            h.settle();
            const auto shown = h.hub.current()->generation;
            ASSERT_EQ(h.images(), 3u);
            ASSERT_EQ(h.store.snapshots.size(), 1u);

            h.broken = Error{refusal, "refused"};
            h.advance(61s);

            EXPECT_EQ(h.images(), withdraw ? 0u : 3u);
            EXPECT_EQ(h.state(), withdraw ? SourceState::error : SourceState::stale);
            EXPECT_EQ(h.at().status.fault->error_class, refusal);
            EXPECT_EQ(h.store.snapshots.size(), withdraw ? 0u : 1u);
            EXPECT_EQ(h.hub.at(shown) == nullptr, withdraw) << "no walk shows it either";
        }
    }
}

TEST(RefreshService, NeverServesBeyondTheStaleWindow)
{
    Harness h;
    h.start();
    h.broken = Error{ErrorClass::upstream_unavailable, "503 from the backend"};

    h.advance(2h);

    EXPECT_EQ(h.images(), 0u);
    h.touch();
    h.advance(1min);
    EXPECT_EQ(h.state(), SourceState::error);
}

TEST(RefreshService, LeavesTheDrainToTheReplicaThatHoldsTheLease)
{
    Harness other;
    other.start();
    Harness h;
    h.store.leased.insert(Harness::source().scope());
    h.start();
    EXPECT_EQ(h.listings, 0);

    h.store.snapshots = other.store.snapshots;
    h.store.announce({.scope = Harness::source().scope(), .content_hash = "x", .fetched_at = h.clock.now()});
    h.settle();

    EXPECT_EQ(h.images(), 3u);
    EXPECT_EQ(h.listings, 0);
}

TEST(RefreshService, WaitingForAnotherReplicaReadsNoListAgainAndAgain)
{
    Harness h;
    h.start();
    h.store.leased.insert(Harness::source().scope());
    h.touch();
    h.advance(59s);
    const int before = h.store.loads;

    for (int i = 0; i < 10; ++i) {
        h.advance(1s);
    }

    EXPECT_EQ(h.listings, 1);
    EXPECT_EQ(h.store.loads, before);
}

TEST(RefreshService, DoesNotWaitLongForAnotherReplicaWithNothingToServe)
{
    Harness h;
    h.store.leased.insert(Harness::source().scope());
    h.start();
    h.advance(1s);
    EXPECT_EQ(h.listings, 0);

    h.advance(1s);

    EXPECT_EQ(h.listings, 1);
    EXPECT_EQ(h.state(), SourceState::fresh);
}

TEST(RefreshService, ReloadKeepsUnchangedSourcesAndForgetsChangedOnes)
{
    Harness h;
    h.start({Harness::source("os-a"), Harness::source("os-b")});
    const auto kept = h.at("os-a").snapshot;
    h.broken = Error{ErrorClass::timeout, "no answer in time"};
    auto changed = Harness::source("os-b");
    changed.region = "elsewhere";

    run(h.io, h.service.reconfigure({Harness::source("os-a"), changed, Harness::source("os-c")}));
    h.settle();

    EXPECT_EQ(h.at("os-a").snapshot, kept);
    EXPECT_EQ(h.at("os-b").snapshot, nullptr);
    EXPECT_EQ(h.hub.current()->sources.size(), 3u);
    EXPECT_EQ(h.hub.current()->sources[2].info->id, "os-c");
}

TEST(RefreshService, GivesTheLeaseBackOfADrainThatIsCancelled)
{
    Harness h;
    h.http.hold();
    h.start({Harness::source("os-a"), [] {
                 auto other = Harness::source("os-b");
                 other.region = "elsewhere";
                 return other;
             }()});
    ASSERT_EQ(h.http.waiting(), 2u);
    auto changed = Harness::source("os-a");
    changed.ttl = 30s;

    run(h.io, h.service.reconfigure({changed}));

    EXPECT_EQ(h.store.released.count(changed.scope()), 1u);
    EXPECT_EQ(h.store.released.size(), 2u);
    h.settle();
    run(h.io, h.service.stop());
    EXPECT_EQ(h.store.released.count(changed.scope()), 2u);
}

/// The name of a source may go over to another cloud while a delete at the old one is under way.
TEST(RefreshService, ADeleteThatOutlivesItsSourceTouchesNothingOfTheNewOne)
{
    Harness h;
    h.start();
    h.http.hold(HttpMethod::delete_);
    asio::co_spawn(h.io, h.service.remove("os-a", "b"), asio::detached);
    h.settle();
    ASSERT_EQ(h.http.waiting(), 1u);
    const auto stored_for_the_old = h.store.snapshots;
    auto moved = Harness::source();
    moved.endpoint->port = 9999;
    h.ids = {"b", "x"};
    run(h.io, h.service.reconfigure({moved}));
    h.settle();
    ASSERT_EQ(h.images(), 2u);

    h.http.release_all();
    h.settle();

    EXPECT_EQ(h.images(), 2u);
    const auto old_scope = Harness::source().scope();
    EXPECT_EQ(h.store.snapshots.at(old_scope).snapshot, stored_for_the_old.at(old_scope).snapshot);
    EXPECT_EQ(h.store.buried[old_scope].size(), 1u);
}

TEST(RefreshService, WaitsForTheFirstOutcomeOnly)
{
    Harness h;
    h.http.hold();
    h.service.start({Harness::source()});
    h.settle();

    const auto soon = std::chrono::steady_clock::now() + 30ms;
    run(h.io, h.service.wait_for_first({"os-a"}, soon));
    EXPECT_EQ(h.state(), SourceState::pending);
    h.http.release_all();
    run(h.io, h.service.wait_for_first({"os-a", "nobody"}, std::chrono::steady_clock::now() + 10s));

    EXPECT_EQ(h.state(), SourceState::fresh);
}

TEST(RefreshService, WaitsForARefreshThatSomebodyAskedFor)
{
    Harness h;
    h.start();
    h.clock.advance(10s);
    h.ids = {"a", "b", "c", "d"};

    run(h.io, h.service.refresh({"os-a"}, h.clock.now() - 5s, std::chrono::steady_clock::now() + 10s));

    EXPECT_EQ(h.images(), 4u);
    EXPECT_EQ(h.listings, 2);
}

} // namespace
} // namespace polyglance
