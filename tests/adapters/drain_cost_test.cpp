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

/// How libstdc++ scrambles eight bytes before it adds them to a hash, and the way back.
struct Scrambler {
    static constexpr std::uint64_t factor = 0xc6a4a7935bd1e995;
    static std::uint64_t fold(std::uint64_t word) { return word ^ word >> 47; }
    static std::uint64_t forth(std::uint64_t word) { return fold(word * factor) * factor; }
    static std::uint64_t back(std::uint64_t word)
    {
        std::uint64_t inverse = factor;
        for (int i = 0; i < 6; ++i) {
            inverse *= 2 - factor * inverse;
        }
        return fold(word * inverse) * inverse;
    }
};

std::string bytes_of(std::uint64_t word)
{
    std::string out(sizeof word, '\0');
    std::memcpy(out.data(), &word, sizeof word);
    return out;
}

/// Two printable words whose scrambled forms differ in the highest bit alone: two of them in a row, changed together,
/// leave the hash as it was.
std::pair<std::string, std::string> find_twins(std::mt19937_64& random)
{
    const auto printable = [](const std::string& text) {
        return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
    };
    for (;;) {
        const auto word = random() & 0x7f7f7f7f7f7f7f7f;
        auto one = bytes_of(word);
        auto other = bytes_of(Scrambler::back(Scrambler::forth(word) ^ std::uint64_t{1} << 63));
        if (printable(one) && printable(other)) {
            return {std::move(one), std::move(other)};
        }
    }
}

/// 2^14 ids with one hash.
std::vector<std::string> ids_that_fall_together()
{
    std::mt19937_64 random(1);
    std::vector<std::string> ids{""};
    for (int doubling = 0; doubling < 14; ++doubling) {
        const auto first = find_twins(random);
        const auto second = find_twins(random);
        std::vector<std::string> longer;
        for (const auto& id : ids) {
            longer.push_back(id + first.first + second.first);
            longer.push_back(id + first.second + second.second);
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
