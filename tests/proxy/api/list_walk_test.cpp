#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

/// Walks over two sources of 7 and 5 images, several of the same age.
class ListWalk : public testing::Test {
protected:
    ListWalk()
    {
        api.configure({a_source("a"), a_source("b")});
        publish_all();
    }

    void publish_all()
    {
        api.publish("a", images(7));
        api.publish("b", images(5));
    }

    static std::vector<Image> images(int count)
    {
        std::vector<Image> out;
        for (int i = 0; i < count; ++i) {
            out.push_back(an_image(std::to_string(i), "image " + std::to_string(i), i / 2));
        }
        return out;
    }

    struct Walk {
        std::vector<std::string> uids;
        int pages = 0;
        int changed = 0; // pages that said generation_changed
    };

    /// Follows links.next to the end. `between` runs after each page.
    Walk walk(std::string target, const std::function<void(int)>& between = [](int) {})
    {
        Walk out;
        while (out.pages < 100) {
            const auto answer = api.get(target).json();
            EXPECT_EQ(answer["page"]["returned"], answer["images"].size());
            for (const auto& image : answer["images"]) {
                out.uids.push_back(image["uid"]);
            }
            ++out.pages;
            out.changed += answer["page"].contains("generation_changed") ? 1 : 0;
            if (answer["links"]["next"].is_null()) {
                EXPECT_TRUE(answer["page"]["next_page_token"].is_null());
                break;
            }
            target = answer["links"]["next"];
            between(out.pages);
        }
        return out;
    }

    ApiHarness api;
};

TEST_F(ListWalk, LargeImagesMakePagesShorterAndLoseNone)
{
    std::vector<Image> large;
    for (int i = 0; i < 15; ++i) {
        large.push_back(an_image(std::to_string(i), std::to_string(i) + std::string(900'000, 'x'), i));
    }
    api.publish("a", large);

    const auto first = api.get("/v1/images?limit=1000");
    const auto got = walk("/v1/images?limit=1000");

    EXPECT_LT(first.body.size(), 10'000'000u);
    EXPECT_TRUE(first.body.contains(R"("limit":1000,"returned":)")); // not parsed once more: that takes sanitizers long
    EXPECT_EQ(got.pages, 2);
    EXPECT_EQ(std::set(got.uids.begin(), got.uids.end()).size(), 20u);
    EXPECT_EQ(got.uids.size(), 20u);
}

TEST_F(ListWalk, GivesEveryImageOnceWhateverTheLimit)
{
    const auto whole = api.uids("/v1/images");
    ASSERT_EQ(whole.size(), 12u);

    for (int limit = 1; limit <= 13; ++limit) {
        const auto got = walk("/v1/images?limit=" + std::to_string(limit));
        EXPECT_EQ(got.uids, whole) << limit;
        EXPECT_EQ(got.pages, (12 + limit - 1) / limit) << limit;
        EXPECT_EQ(got.changed, 0);
    }
    EXPECT_EQ(walk("/v1/images?limit=2&sort=name:desc&tag=null:true").uids.size(), 12u);
}

TEST_F(ListWalk, TheLimitMayChangeBetweenPages)
{
    const auto whole = api.uids("/v1/images");
    const std::string token = api.get("/v1/images?limit=5").json()["page"]["next_page_token"];

    const auto rest = api.uids("/v1/images?limit=100&page_token=" + token);

    EXPECT_EQ(rest, std::vector<std::string>(whole.begin() + 5, whole.end()));
}

TEST_F(ListWalk, AnyOtherChangeIsAMismatch)
{
    const std::string token = api.get("/v1/images?limit=5&sort=name").json()["page"]["next_page_token"];

    for (const auto* other : {"sort=name:desc", "", "sort=name&view=full", "sort=name&source=a", "sort=name&q=x"}) {
        const auto answer = api.get("/v1/images?limit=5&" + std::string(other) + "&page_token=" + token);
        EXPECT_EQ(answer.status, 400) << other;
        EXPECT_EQ(answer.code(), "page_token_mismatch") << other;
    }
    EXPECT_EQ(api.get("/v1/images?sort=name&page_token=" + token).status, 200);
}

TEST_F(ListWalk, ChangedTokensAreRefused)
{
    const std::string token = api.get("/v1/images?limit=5").json()["page"]["next_page_token"];

    for (const auto& bad : {token + "A", token.substr(1), std::string("x"), token.substr(0, token.size() / 2)}) {
        EXPECT_EQ(api.get("/v1/images?limit=5&page_token=" + bad).code(), "page_token_invalid") << bad;
    }
    EXPECT_EQ(api.get("/v1/images?page_token=").status, 200);
    for (std::size_t at = 0; at < token.size(); ++at) {
        for (const char other : std::string_view("A9-_=.~%2B")) {
            auto changed = token;
            changed[at] = other;
            if (changed != token) {
                const auto answer = api.get("/v1/images?limit=5&page_token=" + changed);
                EXPECT_EQ(answer.status, 400) << changed;
                EXPECT_NE(answer.code(), "page_token_mismatch") << changed;
            }
        }
    }
}

TEST_F(ListWalk, StaysInItsGenerationWhileImagesComeAndGo)
{
    const auto whole = api.uids("/v1/images");

    const auto got = walk("/v1/images?limit=2", [&](int page) {
        api.publish("a", images(page % 2 == 0 ? 7 : 2));
        api.clock.advance(1s);
    });

    EXPECT_EQ(got.uids, whole);
    EXPECT_EQ(got.changed, 0);
    EXPECT_TRUE(api.refresh.idle());
}

TEST_F(ListWalk, GoesOnByValueAndSaysSoWhenTheGenerationIsGone)
{
    const auto whole = api.uids("/v1/images");

    const auto got = walk("/v1/images?limit=4", [&](int page) {
        if (page == 1) {
            auto more = images(7);
            more.push_back(an_image("new", "old one", 100));
            api.publish("a", more);
            api.clock.advance(3min);
            api.publish("b", images(5));
        }
    });

    auto wanted = whole;
    wanted.push_back("a~new");
    EXPECT_EQ(got.uids, wanted);
    EXPECT_EQ(got.changed, 1);
}

TEST_F(ListWalk, GoesOnWhenItsSourceIsLost)
{
    const auto whole = api.uids("/v1/images");

    const auto got = walk("/v1/images?limit=4", [&](int page) {
        if (page == 1) {
            api.configure({a_source("b")});
            api.clock.advance(3min);
            api.publish("b", images(5));
        }
    });

    std::vector<std::string> wanted(whole.begin(), whole.begin() + 4);
    std::copy_if(whole.begin() + 4, whole.end(), std::back_inserter(wanted),
                 [](const std::string& uid) { return uid.starts_with("b~"); });
    EXPECT_EQ(got.uids, wanted);
    EXPECT_EQ(got.changed, 1);
}

TEST_F(ListWalk, LinksRepeatTheQuestion)
{
    const auto answer = api.get("/v1/images?sort=name&limit=5&tag=null:true").json();

    EXPECT_EQ(answer["links"]["self"], "/v1/images?sort=name&tag=null:true&limit=5");
    EXPECT_EQ(answer["links"]["first"], answer["links"]["self"]);
    EXPECT_EQ(answer["links"]["next"], "/v1/images?sort=name&tag=null:true&limit=5&page_token=" +
                                           answer["page"]["next_page_token"].get<std::string>());
}

} // namespace
} // namespace polyglance::test
