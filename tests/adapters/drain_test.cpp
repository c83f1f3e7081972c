#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "adapters/drain.hpp"
#include "tests/adapters/adapter_harness.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

struct FakePage {
    std::vector<std::string> ids;
    std::string next;
    std::size_t rejected = 0;
    std::size_t bytes = 100;
};

/// Answers from a function; remembers every call as "pass:marker".
class FakeAdapter final : public ProviderAdapter {
public:
    using Answer = std::function<Result<FakePage>(const PageRequest&)>;
    explicit FakeAdapter(Answer answer, std::size_t passes = 1) : answer_(std::move(answer)), passes_(passes) {}

    std::size_t passes() const override { return passes_; }
    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
    {
        calls.push_back(std::to_string(request.pass) + ":" + request.marker);
        const auto answer = answer_(request);
        if (!answer) {
            co_return std::unexpected(answer.error());
        }
        for (const auto& id : answer->ids) {
            WireImage image;
            image.native_id = id;
            receiver.take(image, {});
        }
        co_return ImagePage{.rows = answer->ids.size() + answer->rejected,
                            .rejected = answer->rejected,
                            .bytes = answer->bytes,
                            .next_marker = answer->next};
    }
    asio::awaitable<Result<void>> remove(std::string, Deadline) override { co_return Result<void>{}; }
    std::string describe_remove(std::string_view) const override { return ""; }
    asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

    std::vector<std::string> calls;

private:
    Answer answer_;
    std::size_t passes_;
};

struct Harness {
    Harness() { limits.deadline = clock.steady_now() + 60s; }

    DrainResult drain(FakeAdapter& adapter)
    {
        return test::run(loop, polyglance::drain(adapter, limits, budget, receiver, clock));
    }
    void earn_retries()
    {
        for (int i = 0; i < 100; ++i) {
            budget.count_first_try();
        }
    }

    asio::io_context loop;
    test::ManualClock clock;
    RetryBudget budget;
    DrainLimits limits;
    test::CollectingReceiver receiver;
    std::vector<std::string>& ids = receiver.ids;
};

using Ids = std::vector<std::string>;

/// `count` pages of two ids each: i0 i1, i2 i3 ...; the marker is the number of the page.
FakeAdapter::Answer pages(std::size_t count)
{
    return [count](const PageRequest& request) -> Result<FakePage> {
        const std::size_t n = request.marker.empty() ? 0 : std::stoul(request.marker);
        return FakePage{{"i" + std::to_string(2 * n), "i" + std::to_string(2 * n + 1)},
                        n + 1 < count ? std::to_string(n + 1) : ""};
    };
}

Result<FakePage> fails(ErrorClass error_class)
{
    return failure(error_class, "scripted");
}

TEST(Drain, ReadsEveryPassToItsEnd)
{
    Harness h;
    FakeAdapter adapter(
        [](const PageRequest& request) -> Result<FakePage> {
            if (request.pass == 1) {
                return FakePage{{"hidden"}, ""};
            }
            return pages(3)(request);
        },
        2);

    const auto result = h.drain(adapter);

    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.reason, "");
    EXPECT_FALSE(result.error);
    EXPECT_EQ(h.ids, (Ids{"i0", "i1", "i2", "i3", "i4", "i5", "hidden"}));
    EXPECT_EQ(adapter.calls, (Ids{"0:", "0:1", "0:2", "1:"}));
    EXPECT_EQ(result.pages, 4u);
    EXPECT_EQ(result.rows, 7u);
    EXPECT_EQ(result.bytes, 400u);
}

TEST(Drain, AnEmptyListIsComplete)
{
    Harness h;
    FakeAdapter adapter([](const PageRequest&) { return FakePage{}; });

    EXPECT_TRUE(h.drain(adapter).complete);
}

TEST(Drain, StopsWhenAMarkerComesAgain)
{
    Harness h;
    FakeAdapter adapter([n = 0](const PageRequest&) mutable { return FakePage{{"i" + std::to_string(n++)}, "same"}; });

    const auto result = h.drain(adapter);

    EXPECT_FALSE(result.complete);
    EXPECT_EQ(result.reason, "repeated_marker");
    EXPECT_EQ(result.error->error_class, ErrorClass::upstream_protocol);
    EXPECT_EQ(adapter.calls.size(), 2u);
    EXPECT_EQ(h.ids, (Ids{"i0", "i1"}));
}

TEST(Drain, StopsAtACycleOfMarkers)
{
    Harness h;
    std::map<std::string, std::string> next{{"", "a"}, {"a", "b"}, {"b", "c"}, {"c", "a"}};
    FakeAdapter adapter([&](const PageRequest& r) { return FakePage{{"of-" + r.marker}, next[r.marker]}; });

    EXPECT_EQ(h.drain(adapter).reason, "repeated_marker");
    EXPECT_EQ(adapter.calls.size(), 4u);
}

TEST(Drain, StopsAtASecondPageWithoutANewId)
{
    Harness h;
    FakeAdapter adapter([n = 0](const PageRequest&) mutable { return FakePage{{"same"}, std::to_string(n++)}; });

    const auto result = h.drain(adapter);

    EXPECT_EQ(result.reason, "no_new_images");
    EXPECT_EQ(adapter.calls.size(), 3u);
}

TEST(Drain, OneEmptyPageInTheMiddleIsNoEnd)
{
    Harness h;
    std::deque<FakePage> script{{{"a"}, "1"}, {{}, "2"}, {{"b"}, ""}};
    FakeAdapter adapter([&](const PageRequest& r) { return script.at(r.marker.empty() ? 0 : std::stoul(r.marker)); });

    EXPECT_TRUE(h.drain(adapter).complete);
    EXPECT_EQ(h.ids, (Ids{"a", "b"}));
}

TEST(Drain, NamesTheLimitThatEndedAnEndlessList)
{
    const auto endless = [](const PageRequest& request) -> Result<FakePage> { return pages(SIZE_MAX)(request); };
    {
        Harness h;
        h.limits.max_pages = 7;
        FakeAdapter adapter(endless);
        const auto result = h.drain(adapter);
        EXPECT_EQ(result.reason, "max_pages");
        EXPECT_FALSE(result.error);
        EXPECT_EQ(adapter.calls.size(), 7u);
    }
    {
        Harness h;
        h.limits.max_images = 5;
        FakeAdapter adapter(endless);
        const auto result = h.drain(adapter);
        EXPECT_EQ(result.reason, "max_images");
        EXPECT_FALSE(result.complete);
        EXPECT_EQ(h.ids.size(), 5u);
        EXPECT_EQ(adapter.calls.size(), 3u);
    }
    {
        Harness h;
        h.limits.max_bytes = 250;
        FakeAdapter adapter(endless);
        EXPECT_EQ(h.drain(adapter).reason, "max_bytes");
        EXPECT_EQ(adapter.calls.size(), 3u);
    }
    {
        Harness h;
        FakeAdapter adapter([&](const PageRequest& request) {
            h.clock.advance(20s);
            return endless(request);
        });
        const auto result = h.drain(adapter);
        EXPECT_EQ(result.reason, "deadline");
        EXPECT_EQ(result.error->error_class, ErrorClass::timeout);
        EXPECT_EQ(adapter.calls.size(), 3u);
    }
}

TEST(Drain, AListThatJustFitsItsLimitsIsComplete)
{
    Harness h;
    h.limits.max_pages = 3;
    h.limits.max_images = 6;
    h.limits.max_bytes = 300;
    FakeAdapter adapter(pages(3));

    EXPECT_TRUE(h.drain(adapter).complete);
    EXPECT_EQ(h.ids.size(), 6u);
}

TEST(Drain, EndsOnceMemoryIsShort)
{
    Harness h;
    int looks = 5; // the first page with its two images, the second page, one image of it
    h.limits.memory_is_short = [&] { return --looks < 0; };
    FakeAdapter adapter(pages(4));

    const auto result = h.drain(adapter);

    EXPECT_EQ(result.reason, "memory");
    EXPECT_EQ(result.error->error_class, ErrorClass::overloaded);
    EXPECT_EQ(h.ids.size(), 3u);
    EXPECT_EQ(adapter.calls.size(), 2u);
}

TEST(Drain, CallsNobodyWhileMemoryIsShort)
{
    Harness h;
    h.limits.memory_is_short = [] { return true; };
    FakeAdapter adapter(pages(4));

    EXPECT_EQ(h.drain(adapter).reason, "memory");
    EXPECT_EQ(adapter.calls.size(), 0u);
}

TEST(Drain, BeginsAPassAnewOnceWhenItsMarkerIsGone)
{
    Harness h;
    bool gone = true;
    FakeAdapter adapter([&](const PageRequest& request) -> Result<FakePage> {
        if (request.marker == "2" && std::exchange(gone, false)) {
            return fails(ErrorClass::marker_gone);
        }
        return pages(3)(request);
    });

    const auto result = h.drain(adapter);

    EXPECT_TRUE(result.complete);
    EXPECT_FALSE(result.error);
    EXPECT_EQ(adapter.calls, (Ids{"0:", "0:1", "0:2", "0:", "0:1", "0:2"}));
    EXPECT_EQ(std::set<std::string>(h.ids.begin(), h.ids.end()).size(), 6u);
    EXPECT_EQ(result.rows, 6u) << "rows of the broken-off walk do not count";
}

TEST(Drain, AMarkerGoneTwiceEndsThePass)
{
    Harness h;
    FakeAdapter adapter([](const PageRequest& request) -> Result<FakePage> {
        return request.marker == "1" ? fails(ErrorClass::marker_gone) : pages(3)(request);
    });

    const auto result = h.drain(adapter);

    EXPECT_EQ(result.reason, "error");
    EXPECT_EQ(result.error->error_class, ErrorClass::marker_gone);
    EXPECT_EQ(adapter.calls.size(), 4u);
    EXPECT_EQ(std::set<std::string>(h.ids.begin(), h.ids.end()).size(), 2u) << "pages so far are kept";
}

TEST(Drain, RetriesAPageOnceWhileTheBudgetAllows)
{
    for (const auto error_class : {ErrorClass::upstream_unavailable, ErrorClass::timeout}) {
        Harness h;
        h.earn_retries();
        bool down = true;
        FakeAdapter adapter([&](const PageRequest& request) -> Result<FakePage> {
            return request.marker == "1" && std::exchange(down, false) ? fails(error_class) : pages(3)(request);
        });

        const auto result = h.drain(adapter);

        EXPECT_TRUE(result.complete);
        EXPECT_EQ(result.retries, 1u);
        EXPECT_EQ(adapter.calls, (Ids{"0:", "0:1", "0:1", "0:2"}));
    }
}

TEST(Drain, APageThatFailsTwiceEndsIt)
{
    Harness h;
    h.earn_retries();
    FakeAdapter adapter([](const PageRequest& request) -> Result<FakePage> {
        return request.marker == "1" ? fails(ErrorClass::upstream_unavailable) : pages(3)(request);
    });

    const auto result = h.drain(adapter);

    EXPECT_EQ(result.reason, "error");
    EXPECT_EQ(adapter.calls.size(), 3u);
    EXPECT_EQ(h.ids, (Ids{"i0", "i1"}));
    EXPECT_EQ(result.pages, 1u);
}

TEST(Drain, NeverRetriesWhatATryMoreCannotMend)
{
    using enum ErrorClass;
    for (const auto error_class : {upstream_bad_request, upstream_auth, upstream_forbidden, not_found, conflict,
                                   throttled, upstream_protocol, circuit_open, config}) {
        Harness h;
        h.earn_retries();
        FakeAdapter adapter([&](const PageRequest&) { return fails(error_class); });

        const auto result = h.drain(adapter);

        EXPECT_EQ(adapter.calls.size(), 1u) << to_string(error_class);
        EXPECT_EQ(result.error->error_class, error_class);
    }
}

TEST(Drain, LeavesABackendAloneThatNamedATimeToWait)
{
    Harness h;
    h.earn_retries();
    FakeAdapter adapter([](const PageRequest&) -> Result<FakePage> {
        return std::unexpected(Error{ErrorClass::upstream_unavailable, "x", 30s});
    });

    const auto result = h.drain(adapter);

    EXPECT_EQ(adapter.calls.size(), 1u);
    EXPECT_EQ(result.error->retry_after, 30s);
}

TEST(Drain, DoesNotRetryIntoTheDeadline)
{
    Harness h;
    h.earn_retries();
    FakeAdapter adapter([&](const PageRequest&) {
        h.clock.advance(31s);
        return fails(ErrorClass::timeout);
    });

    EXPECT_EQ(h.drain(adapter).reason, "error");
    EXPECT_EQ(adapter.calls.size(), 1u);
}

TEST(Drain, AFailingBackendGetsAtMostAFifthMoreCalls)
{
    Harness h;
    FakeAdapter adapter([](const PageRequest&) { return fails(ErrorClass::upstream_unavailable); });
    constexpr std::size_t drains = 500;

    for (std::size_t i = 0; i < drains; ++i) {
        h.drain(adapter);
    }

    EXPECT_EQ(adapter.calls.size(), drains + drains / 5);
}

TEST(Drain, IdsOfAFailedTryAreStillNewInTheNext)
{
    Harness h;
    h.earn_retries();
    std::size_t n = 0;
    class CutAdapter final : public ProviderAdapter {
    public:
        explicit CutAdapter(std::size_t& calls) : calls_(calls) {}
        std::size_t passes() const override { return 1; }
        asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
        {
            Image image;
            image.native_id = "of-" + request.marker;
            receiver.take(look_at(image), {});
            if (calls_++ % 2 == 0) {
                co_return failure(ErrorClass::upstream_unavailable, "cut");
            }
            co_return ImagePage{
                .rows = 1, .bytes = 10, .next_marker = request.marker.size() < 3 ? request.marker + "x" : ""};
        }
        asio::awaitable<Result<void>> remove(std::string, Deadline) override { co_return Result<void>{}; }
        std::string describe_remove(std::string_view) const override { return ""; }
        asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

    private:
        std::size_t& calls_;
    } adapter(n);
    RetryBudget generous(100);
    for (int i = 0; i < 500; ++i) {
        generous.count_first_try();
    }

    const auto result = test::run(h.loop, drain(adapter, h.limits, generous, h.receiver, h.clock));

    EXPECT_TRUE(result.complete) << result.reason;
    EXPECT_EQ(result.retries, 4u);
}

constexpr RowDigest known_row{.high = 1, .low = 1};

/// Its answers hold these ids, one after the other; all but the last fail behind them. In the last one, the row of `a`
/// has the bytes of `known_row`.
class BreakingAdapter final : public ProviderAdapter {
public:
    explicit BreakingAdapter(std::deque<std::vector<std::string>> tries) : tries_(std::move(tries)) {}
    std::size_t passes() const override { return 1; }
    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest, ImageReceiver& receiver) override
    {
        const auto ids = tries_.front();
        tries_.pop_front();
        for (const auto& id : ids) {
            if (tries_.empty() && id == "a" && receiver.keep(known_row)) {
                continue;
            }
            WireImage image;
            image.native_id = id;
            receiver.take(image, {});
        }
        if (!tries_.empty()) {
            co_return failure(ErrorClass::upstream_unavailable, "cut");
        }
        co_return ImagePage{.rows = ids.size(), .next_marker = ""};
    }
    asio::awaitable<Result<void>> remove(std::string, Deadline) override { co_return Result<void>{}; }
    std::string describe_remove(std::string_view) const override { return ""; }
    asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

private:
    std::deque<std::vector<std::string>> tries_;
};

TEST(Drain, NamesWhatCameOnlyInAnAnswerThatFailed)
{
    using Set = std::set<std::string>;
    for (const auto [retried, known] : {std::pair(true, false), {true, true}, {false, false}}) {
        Harness h;
        if (retried) {
            h.earn_retries();
        }
        if (known) {
            h.receiver.known = {{known_row, "a"}};
        }
        BreakingAdapter adapter({{"a", "made-up"}, {"a", "b"}});

        const auto result = test::run(h.loop, drain(adapter, h.limits, h.budget, h.receiver, h.clock));

        EXPECT_EQ(result.complete, retried);
        EXPECT_EQ(Set(result.unsure.begin(), result.unsure.end()), retried ? Set{"made-up"} : (Set{"a", "made-up"}));
    }
}

/// What a drain of changes since noon makes of an answer with these images.
DrainResult drain_changes(const std::vector<Image>& images, std::size_t rejected = 0)
{
    class ChangedAdapter final : public ProviderAdapter {
    public:
        ChangedAdapter(const std::vector<Image>& images, std::size_t rejected) : images_(images), rejected_(rejected) {}
        std::size_t passes() const override { return 1; }
        asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) override
        {
            EXPECT_TRUE(request.changed_since);
            EXPECT_FALSE(receiver.keep({.high = 1, .low = 1}));
            for (const Image& image : images_) {
                receiver.take(look_at(image), {});
            }
            co_return ImagePage{.rows = images_.size() + rejected_, .rejected = rejected_, .next_marker = ""};
        }
        asio::awaitable<Result<void>> remove(std::string, Deadline) override { co_return Result<void>{}; }
        std::string describe_remove(std::string_view) const override { return ""; }
        asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

    private:
        const std::vector<Image>& images_;
        std::size_t rejected_;
    } adapter(images, rejected);
    Harness h;
    h.receiver.known = {{{.high = 1, .low = 1}, "w"}};
    h.limits.changes = ChangeWindow{.since = *parse_timestamp("2024-01-01T12:00:00Z"), .witness = "w"};
    return test::run(h.loop, drain(adapter, h.limits, h.budget, h.receiver, h.clock));
}

Image changed_at(std::string id, std::string_view time)
{
    Image image;
    image.native_id = std::move(id);
    image.updated_at = parse_timestamp(time);
    return image;
}

TEST(Drain, ChangesAreCompleteOnlyWithoutAnyDoubt)
{
    const auto witness = changed_at("w", "2024-01-01T12:00:00Z");
    Image timeless = witness;
    timeless.updated_at.reset();
    Image deleted = witness;
    deleted.status = Status::deleted;

    EXPECT_TRUE(drain_changes({witness}).complete);
    EXPECT_TRUE(drain_changes({witness}).incremental);
    EXPECT_TRUE(drain_changes({changed_at("n", "2024-01-02T00:00:00Z"), witness}).complete);
    EXPECT_EQ(drain_changes({}).reason, "doubtful_changes") << "the witness is missing";
    EXPECT_EQ(drain_changes({witness, changed_at("o", "2024-01-01T11:59:59Z")}).reason, "doubtful_changes");
    EXPECT_EQ(drain_changes({timeless}).reason, "doubtful_changes");
    EXPECT_EQ(drain_changes({deleted}).reason, "doubtful_changes");
    EXPECT_EQ(drain_changes({witness}, 1).reason, "doubtful_changes") << "a row that cannot be read";
}

TEST(Drain, MoreThanHalfOfTheRowsBadIsAnError)
{
    const auto drained = [](std::size_t good, std::size_t bad) {
        Harness h;
        FakeAdapter adapter([&](const PageRequest&) {
            FakePage page{.ids = {}, .next = "", .rejected = bad};
            for (std::size_t i = 0; i < good; ++i) {
                page.ids.push_back(std::to_string(i));
            }
            return page;
        });
        return h.drain(adapter);
    };

    EXPECT_TRUE(drained(2, 2).complete);
    EXPECT_EQ(drained(2, 2).rejected, 2u);
    EXPECT_TRUE(drained(0, 3).complete) << "too few rows to judge";
    EXPECT_EQ(drained(1, 3).reason, "rejected_rows");
    EXPECT_EQ(drained(2, 3).error->error_class, ErrorClass::upstream_protocol);
    EXPECT_FALSE(drained(2, 3).complete);
}

} // namespace
} // namespace polyglance
