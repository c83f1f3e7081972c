// A cloud chooses its ids, names and rows, and can compute every hash of them that has no secret in it.
#include <gtest/gtest.h>

#include <ctime>
#include <deque>
#include <string>

#include "cache/interner.hpp"
#include "cache/kept_rows.hpp"
#include "cache/snapshot.hpp"

namespace polyglance {
namespace {

constexpr std::uint64_t many = 50'000;

/// Hashes that end alike, in all the bits that a table of `many` looks at.
std::uint64_t chosen(std::uint64_t i)
{
    return i << 32;
}

/// Processor time, so that it does not matter what else runs.
template <class Work>
std::clock_t time_of(Work work)
{
    const auto before = std::clock();
    work();
    return std::clock() - before;
}

void expect_no_slower(std::clock_t hostile, std::clock_t honest)
{
    constexpr std::clock_t noise = CLOCKS_PER_SEC / 20;
    EXPECT_LT(hostile, 10 * honest + noise) << "microseconds, for honest ones: " << honest;
}

TEST(Hash, ValuesChosenToFallTogetherCostNoMoreThanOthers)
{
    std::deque<std::string> texts;
    for (std::uint64_t i = 0; i < many; ++i) {
        texts.push_back(std::to_string(i));
    }
    const auto intern_all = [&](auto hash) {
        Interner<std::string_view> interner;
        for (std::uint64_t i = 0; i < many; ++i) {
            interner.intern(texts[i], hash(i), [](std::string_view same) { return same; });
        }
        EXPECT_EQ(interner.size(), many);
        EXPECT_EQ(interner.find(texts[7], hash(7)), 8u);
    };

    const auto honest =
        time_of([&] { intern_all([](std::uint64_t i) { return hash_of(static_cast<std::int64_t>(i)); }); });
    const auto hostile = time_of([&] { intern_all(chosen); });

    expect_no_slower(hostile, honest);
}

TEST(Hash, RowsChosenToFallTogetherCostNoMoreThanOthers)
{
    const auto keep_all = [](auto hash) {
        const auto digest = [&](std::uint64_t i) { return RowDigest{.high = i + 1, .low = hash(i)}; };
        SnapshotBuilder builder({"os-a", Provider::glance, std::nullopt});
        Image image;
        for (std::uint64_t i = 0; i < many; ++i) {
            image.native_id = std::to_string(i);
            builder.add(image, digest(i));
        }
        KeptRows kept(builder.finish());
        for (std::uint64_t i = 0; i < many; ++i) {
            EXPECT_TRUE(kept.find(digest(i)));
        }
    };

    const auto honest =
        time_of([&] { keep_all([](std::uint64_t i) { return hash_of(static_cast<std::int64_t>(i)); }); });
    const auto hostile = time_of([&] { keep_all(chosen); });

    expect_no_slower(hostile, honest);
}

} // namespace
} // namespace polyglance
