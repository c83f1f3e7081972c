// A cloud chooses its ids, and std::hash has no secret in it.
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <random>

#include "adapters/drain.hpp"
#include "tests/adapters/adapter_harness.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

/// How libstdc++ hashes text: eight bytes at a time, each scrambled first. And the way back from a scrambled one.
struct Hasher {
    static constexpr std::uint64_t factor = 0xc6a4a7935bd1e995;
    static std::uint64_t fold(std::uint64_t word) { return word ^ word >> 47; }
    static std::uint64_t scramble(std::uint64_t word) { return fold(word * factor) * factor; }
    static std::uint64_t unscramble(std::uint64_t word)
    {
        std::uint64_t inverse = factor;
        for (int i = 0; i < 6; ++i) {
            inverse *= 2 - factor * inverse;
        }
        return fold(word * inverse) * inverse;
    }

    std::uint64_t state;
    explicit Hasher(std::size_t bytes) : state(0xc70f6907 ^ bytes * factor) {}
    void add(std::uint64_t word) { state = (state ^ scramble(word)) * factor; }
};

std::string bytes_of(std::uint64_t word)
{
    std::string out(sizeof word, '\0');
    std::memcpy(out.data(), &word, sizeof word);
    return out;
}

bool printable(std::uint64_t word)
{
    return std::ranges::all_of(bytes_of(word), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::uint64_t printable_word(std::mt19937_64& random)
{
    for (;;) {
        if (const auto word = random() & 0x7f7f7f7f7f7f7f7f; printable(word)) {
            return word;
        }
    }
}

/// Two texts of sixteen bytes that take the hasher to the same state.
std::pair<std::string, std::string> add_twins(Hasher& hasher, std::mt19937_64& random)
{
    for (;;) {
        const auto first = printable_word(random);
        const auto other_first = printable_word(random);
        const auto second = printable_word(random);
        Hasher one = hasher;
        one.add(first);
        Hasher other = hasher;
        other.add(other_first);
        const auto other_second = Hasher::unscramble(Hasher::scramble(second) ^ one.state ^ other.state);
        if (printable(other_second)) {
            one.add(second);
            hasher = one;
            return {bytes_of(first) + bytes_of(second), bytes_of(other_first) + bytes_of(other_second)};
        }
    }
}

/// 2^14 ids with one hash.
std::vector<std::string> ids_that_fall_together()
{
    constexpr std::size_t doublings = 14;
    std::mt19937_64 random(1);
    Hasher hasher(16 * doublings);
    std::vector<std::string> ids{""};
    for (std::size_t i = 0; i < doublings; ++i) {
        const auto [one, other] = add_twins(hasher, random);
        std::vector<std::string> longer;
        for (const auto& id : ids) {
            longer.push_back(id + one);
            longer.push_back(id + other);
        }
        ids = std::move(longer);
    }
    return ids;
}

/// One page with these ids, and then it breaks.
class BreakingAdapter final : public ProviderAdapter {
public:
    explicit BreakingAdapter(const std::vector<std::string>& ids) : ids_(ids) {}
    std::size_t passes() const override { return 1; }
    asio::awaitable<Result<ImagePage>> fetch_page(PageRequest, ImageReceiver& receiver) override
    {
        for (const auto& id : ids_) {
            WireImage image;
            image.native_id = id;
            receiver.take(image, {});
        }
        co_return failure(ErrorClass::upstream_protocol, "scripted");
    }
    asio::awaitable<Result<void>> remove(std::string, Deadline) override { co_return Result<void>{}; }
    std::string describe_remove(std::string_view) const override { return ""; }
    asio::awaitable<Result<void>> discover(Deadline) override { co_return Result<void>{}; }

private:
    const std::vector<std::string>& ids_;
};

/// Processor time that a drain of these ids takes.
std::clock_t time_of_drain(const std::vector<std::string>& ids)
{
    asio::io_context loop;
    const test::ManualClock clock;
    RetryBudget budget;
    test::CollectingReceiver receiver;
    BreakingAdapter adapter(ids);
    const auto before = std::clock();
    const auto result =
        test::run(loop, drain(adapter, {.deadline = clock.steady_now() + 60s}, budget, receiver, clock));
    EXPECT_EQ(result.unsure.size(), ids.size());
    return std::clock() - before;
}

TEST(DrainCost, IdsChosenToFallTogetherCostNoMoreThanOthers)
{
    const auto hostile = ids_that_fall_together();
    auto honest = hostile;
    for (std::size_t i = 0; i < honest.size(); ++i) {
        honest[i].replace(0, 8, std::to_string(10'000'000 + i));
    }
    ASSERT_EQ(std::hash<std::string>{}(hostile.front()), std::hash<std::string>{}(hostile.back()));

    const auto honest_time = time_of_drain(honest);

    constexpr std::clock_t noise = CLOCKS_PER_SEC / 20;
    EXPECT_LT(time_of_drain(hostile), 10 * honest_time + noise) << "microseconds, for honest ones: " << honest_time;
}

} // namespace
} // namespace polyglance
