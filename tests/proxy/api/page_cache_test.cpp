#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "proxy/api/page_cache.hpp"

namespace polyglance {
namespace {

std::shared_ptr<const ReadyPage> a_page(std::size_t size)
{
    return std::make_shared<const ReadyPage>(ReadyPage{std::make_shared<const std::string>("head"),
                                                       std::make_shared<const std::string>("304"), "W/\"x\"",
                                                       std::make_shared<const Body>(std::string(size, 'x'))});
}

TEST(PageCache, GivesBackWhatWasPutIn)
{
    PageCache cache(1 << 20);
    const auto page = a_page(10);

    cache.insert("key", page);
    cache.insert("key", a_page(20)); // the first one stays

    EXPECT_EQ(cache.find("key"), page);
    EXPECT_EQ(cache.find("other"), nullptr);
    EXPECT_EQ(cache.size(), 1u);
}

TEST(PageCache, StaysWithinItsBoundAndKeepsWhatIsUsed)
{
    PageCache cache(1 << 20);
    cache.insert("hot", a_page(1000));

    for (int i = 0; i < 5000; ++i) {
        cache.insert(std::to_string(i), a_page(1000));
        ASSERT_NE(cache.find("hot"), nullptr) << i;
        ASSERT_LE(cache.memory_bytes(), std::size_t{1} << 20);
    }
    EXPECT_GT(cache.size(), 500u);
    EXPECT_EQ(cache.find("0"), nullptr);
}

TEST(PageCache, ForgetsAllWhenTold)
{
    PageCache cache(1 << 20);
    for (int i = 0; i < 100; ++i) {
        cache.insert(std::to_string(i), a_page(1000));
    }

    cache.clear();

    EXPECT_EQ(cache.memory_bytes(), 0u);
    EXPECT_EQ(cache.find("7"), nullptr);
    cache.insert("7", a_page(10));
    EXPECT_NE(cache.find("7"), nullptr);
}

TEST(PageCache, APageTooLargeIsNotKeptAndPushesNothingOut)
{
    PageCache cache(80'000); // 10,000 per shard
    cache.insert("small", a_page(100));

    for (int i = 0; i < 50; ++i) {
        cache.insert(std::to_string(i), a_page(10'000));
    }

    EXPECT_EQ(cache.size(), 1u);
    EXPECT_NE(cache.find("small"), nullptr);
}

TEST(PageCache, CountsCompressedFormsMadeLater)
{
    PageCache cache(1 << 20);
    const auto page = a_page(100'000);
    cache.insert("key", page);
    const auto before = cache.memory_bytes();

    const auto& zipped = page->body->coded(Coding::gzip);
    cache.find("key");

    EXPECT_EQ(cache.memory_bytes(), before + zipped.size());
}

TEST(PageCache, IsUsedFromManyThreads)
{
    PageCache cache(100'000);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&cache, t] {
            for (int i = 0; i < 2000; ++i) {
                const auto key = std::to_string((i * (t + 1)) % 97);
                if (!cache.find(key)) {
                    cache.insert(key, a_page(500));
                }
            }
        });
    }
    threads.clear();

    EXPECT_LE(cache.memory_bytes(), 100'000u);
}

} // namespace
} // namespace polyglance
