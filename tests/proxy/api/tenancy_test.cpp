#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <random>

#include "model/digest.hpp"
#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

constexpr std::size_t tenant_count = 16;

std::string name_of(std::size_t tenant)
{
    return "t" + std::to_string(tenant);
}

std::string token_of(std::size_t tenant)
{
    return "token-of-" + name_of(tenant);
}

/// Tenants that see one source each, and an auditor who sees the first two. Ids and names hold the tenant's name, so
/// that a foreign one shows wherever it turns up.
struct Tenants : ApiHarness {
    Tenants()
    {
        FrontAuthConfig auth;
        auth.tokens_required = true;
        std::vector<SourceInfo> infos;
        const auto add = [&](std::string name, const std::string& token, std::vector<std::string> sources) {
            auth.tokens.push_back({.name = std::move(name),
                                   .sha256 = to_hex(as_bytes(sha256(token))),
                                   .sources = std::move(sources),
                                   .read_images = true,
                                   .delete_images = true,
                                   .refresh_sources = true});
        };
        for (std::size_t t = 0; t < tenant_count; ++t) {
            infos.push_back(a_source(name_of(t) + "-cloud"));
            infos.back().can_delete = infos.back().allow_delete = true;
            add(name_of(t), token_of(t), {name_of(t) + "-*"});
        }
        add("auditor", "token-of-auditor", {"t0-cloud", "t1-cloud"});
        configure(std::move(infos));
        for (std::size_t t = 0; t < tenant_count; ++t) {
            std::vector<Image> images;
            for (int i = 0; i < 7; ++i) {
                // The same native ids everywhere: only the source tells them apart.
                images.push_back(an_image("id-" + std::to_string(i), name_of(t) + "-image", i));
            }
            publish(name_of(t) + "-cloud", images);
        }
        gate.set_tokens(auth);
    }

    Answer as(std::size_t tenant, Method method, std::string_view target, Headers more = {})
    {
        more.emplace_back("Authorization", "Bearer " + token_of(tenant));
        return send(method, target, more);
    }
};

/// Everything of an answer that a client can read.
std::string visible_text(const Answer& answer)
{
    std::string out = answer.body;
    for (const auto& [name, value] : answer.headers) {
        out += '\n' + name + ": " + value;
    }
    return out;
}

/// The foreign names in an answer, but for those that the caller typed, which come back in links and errors.
std::vector<std::string> foreign_names(const Answer& answer, std::size_t me, std::string_view target)
{
    std::vector<std::string> out;
    const auto text = visible_text(answer);
    for (std::size_t t = 0; t < tenant_count; ++t) {
        const bool typed = target.find(name_of(t) + '-') != std::string_view::npos;
        // In full: three letters may stand in any page token by chance.
        for (const auto& name : {name_of(t) + "-cloud", name_of(t) + "-image"}) {
            if (t != me && !typed && text.find(name) != std::string::npos) {
                out.push_back(name);
            }
        }
    }
    return out;
}

TEST(Tenancy, NoAnswerNamesAnotherTenantsSourceOrImage)
{
    const std::array<std::string, 14> targets{"/v1/images",
                                              "/v1/images?limit=2&sort=name",
                                              "/v1/images?count=none&view=full",
                                              "/v1/images?q=image",
                                              "/v1/images?source=t1-cloud",
                                              "/v1/images?source=t1-clou",
                                              "/v1/images?name=t2-image",
                                              "/v1/images/t1-cloud~id-1",
                                              "/v1/images/t2-cloud~id-1?fields=name",
                                              "/v1/sources",
                                              "/v1/sources/t3-cloud",
                                              "/readyz?verbose",
                                              "/v1/images?on_partial=fail",
                                              "/v1/images?limit=3&page_token=x"};
    EXPECT_TRUE(rc::check("tenants stay apart", [&] {
        Tenants api;
        std::array<std::string, tenant_count> cursors;
        std::array<std::string, tenant_count> etags;
        const auto steps = *rc::gen::inRange(10, 60);
        for (int step = 0; step < steps; ++step) {
            const auto me = *rc::gen::inRange<std::size_t>(0, tenant_count);
            const auto other = *rc::gen::inRange<std::size_t>(0, tenant_count);
            std::string target = *rc::gen::elementOf(targets);
            Headers headers;
            if (*rc::gen::inRange(0, 3) == 0 && !cursors[other].empty()) {
                target = "/v1/images?limit=2&page_token=" + cursors[other];
            }
            if (*rc::gen::inRange(0, 3) == 0 && !etags[other].empty()) {
                headers.emplace_back("If-None-Match", etags[other]);
            }
            if (*rc::gen::inRange(0, 8) == 0) {
                api.fail(name_of(other) + "-cloud", ErrorClass::timeout);
            }
            const auto answer = api.as(me, Method::get, target, headers);
            if (answer.status == 304) {
                RC_ASSERT(me == other);
            }
            RC_ASSERT(foreign_names(answer, me, target).empty());
            if (target.starts_with("/v1/images?limit=2&page_token=") && me != other) {
                RC_ASSERT(answer.status == 400);
            }
            if (answer.status == 200 && target == "/v1/images") {
                RC_ASSERT(answer.json()["page"]["total"] == 7);
                RC_ASSERT(answer.json()["sources"].size() == 1U);
                etags[me] = answer.headers.at("ETag");
            }
            if (answer.status == 200 && target == "/v1/images?limit=2&sort=name") {
                RC_ASSERT(answer.json()["images"].size() == 2U);
            }
            const auto first = api.as(me, Method::get, "/v1/images?limit=2");
            cursors[me] = first.json()["page"]["next_page_token"].get<std::string>();
        }
    }));
}

TEST(Tenancy, SixteenInTurnKeepTheirAnswersCursorsAndETags)
{
    Tenants api;
    struct Seen {
        std::string body, etag, cursor, image_etag;
    };
    std::array<Seen, tenant_count> seen;
    for (std::size_t t = 0; t < tenant_count; ++t) {
        const auto list = api.as(t, Method::get, "/v1/images?limit=3");
        const auto image = api.as(t, Method::get, "/v1/images/" + name_of(t) + "-cloud~id-1");
        seen[t] = {.body = list.body,
                   .etag = list.headers.at("ETag"),
                   .cursor = list.json()["page"]["next_page_token"],
                   .image_etag = image.headers.at("ETag")};
    }
    std::mt19937 dice(static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
    const auto roll = [&dice](std::size_t sides) {
        return std::uniform_int_distribution<std::size_t>(0, sides - 1)(dice);
    };
    for (int i = 0; i < 20'000; ++i) {
        const auto me = roll(tenant_count);
        const auto other = roll(tenant_count);
        const auto theirs = name_of(other) + "-cloud";
        std::string target = "/v1/images?limit=3";
        Answer answer;
        switch (roll(7)) {
        case 0: // the same question, the same answer as ever
            answer = api.as(me, Method::get, target);
            ASSERT_EQ(answer.body, seen[me].body);
            break;
        case 1: // what another one has cached proves nothing here
            answer = api.as(me, Method::get, target, {{"If-None-Match", seen[other].etag}});
            ASSERT_EQ(answer.status, me == other ? 304 : 200);
            break;
        case 2:
            target += "&page_token=" + seen[other].cursor;
            answer = api.as(me, Method::get, target);
            ASSERT_EQ(answer.status, me == other ? 200 : 400);
            break;
        case 3:
            target = "/v1/images/" + theirs + "~id-1";
            answer = api.as(me, Method::get, target, {{"If-None-Match", seen[other].image_etag}});
            ASSERT_EQ(answer.status, me == other ? 304 : 404);
            break;
        case 4:
            target = "/v1/images/" + theirs + "~id-1?dry_run=1";
            answer = api.as(me, Method::delete_, target);
            ASSERT_EQ(answer.status, me == other ? 200 : 404);
            break;
        case 5:
            target = "/v1/sources";
            answer = api.as(me, Method::get, target);
            ASSERT_EQ(answer.json()["sources"].size(), 1u);
            break;
        default:
            target = "/v1/images?nosuch=1&source=" + theirs;
            answer = api.as(me, Method::get, target);
            ASSERT_EQ(answer.status, 400);
            break;
        }
        ASSERT_EQ(foreign_names(answer, me, target), std::vector<std::string>{}) << target;
    }
    EXPECT_TRUE(api.refresh.removed.empty());
}

TEST(Tenancy, WhoIsNotKnownLearnsNothingFromTheRefusal)
{
    Tenants api;
    const auto none = api.get("/v1/images");
    ASSERT_EQ(none.status, 401);

    const std::vector<Headers> attempts{
        {{"Authorization", "Bearer wrong"}},
        {{"Authorization", "Bearer " + token_of(0) + "x"}},
        {{"Authorization", "Bearer " + token_of(0).substr(1)}},
        {{"Authorization", "Bearer"}},
        {{"Authorization", "Bearer  "}},
        {{"Authorization", "Basic " + token_of(0)}},
        {{"Authorization", token_of(0)}},
        {{"Authorization", "Bearer " + std::string(12'000, 'x')}},
        {{"X-Auth-Token", "wrong"}},
        {{"X-Auth-Token", "Bearer " + token_of(0)}},
    };
    for (const auto& headers : attempts) {
        for (const auto* target : {"/v1/images", "/v1/images?limit=0", "/v1/images?source=t1-cloud"}) {
            const auto answer = api.get(target, headers);
            EXPECT_EQ(answer.status, 401) << headers[0].second;
            EXPECT_EQ(answer.body, none.body) << headers[0].second;
            EXPECT_EQ(answer.headers, none.headers) << headers[0].second;
            api.clock.advance(std::chrono::seconds{10}); // so that it does not count as guessing
        }
    }
}

TEST(Tenancy, AForeignSourceIsOneThatDoesNotExist)
{
    Tenants api;
    for (const auto& [foreign, unknown] : std::vector<std::pair<std::string, std::string>>{
             {"/v1/images/t1-cloud~id-1", "/v1/images/ta-cloud~id-1"},
             {"/v1/sources/t1-cloud", "/v1/sources/ta-cloud"},
             {"/v1/images?source=t1-cloud", "/v1/images?source=ta-cloud"}}) {
        auto a = api.as(0, Method::get, foreign);
        auto b = api.as(0, Method::get, unknown);
        for (auto* text : {&a.body, &b.body}) {
            while (text->find("t1-cloud") != std::string::npos) {
                text->replace(text->find("t1-cloud"), 2, "ta");
            }
        }
        EXPECT_EQ(a.body, b.body);
        EXPECT_EQ(a.headers, b.headers);
        EXPECT_EQ(a.status, b.status);
    }
    EXPECT_EQ(api.as(0, Method::delete_, "/v1/images/t1-cloud~id-1").code(), "source_not_found");
    EXPECT_EQ(api.as(0, Method::post, "/v1/sources/t1-cloud:refresh").code(), "source_not_found");
    EXPECT_TRUE(api.refresh.removed.empty());
    EXPECT_TRUE(api.refresh.requested.empty());
}

TEST(Tenancy, OneQueryTwoCallersTwoAnswers)
{
    Tenants api;

    const auto mine = api.as(0, Method::get, "/v1/images");
    const auto theirs = api.as(1, Method::get, "/v1/images");
    const auto both = api.get("/v1/images", {{"X-Auth-Token", "token-of-auditor"}});
    const auto mine_again = api.as(0, Method::get, "/v1/images");

    EXPECT_NE(mine.body, theirs.body);
    EXPECT_EQ(mine.body, mine_again.body);
    EXPECT_EQ(both.json()["page"]["total"], 14);
    EXPECT_EQ(mine.headers.at("Vary"), "Accept, Accept-Encoding, Authorization, X-Auth-Token");
    EXPECT_TRUE(mine.headers.at("Cache-Control").starts_with("private"));
}

TEST(Tenancy, AnswersWithoutTokenAreProblemsWithAChallenge)
{
    Tenants api;

    const auto answer = api.get("/v1/images");

    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.headers.at("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(api.get("/livez").status, 200);
    EXPECT_EQ(api.get("/openapi.json").status, 200);
    EXPECT_EQ(api.as(0, Method::delete_, "/v1/images/t0-cloud~id-1").status, 204);
    EXPECT_EQ(api.audits.back().who, "t0");
}

} // namespace
} // namespace polyglance::test
