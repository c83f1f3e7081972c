#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "model/digest.hpp"
#include "tests/proxy/api/api_harness.hpp"
#include "tests/proxy/http/front_vectors.hpp"
#include "tests/proxy/http/served.hpp"

namespace polyglance::test {
namespace {

/// The whole API behind a listener, with one source of two images. One of them nobody asks for in order.
struct Front : ApiHarness {
    explicit Front(const ServerConfig& server = {}, const FrontAuthConfig& auth = {}) : door(server, auth)
    {
        auto source = a_source("os-a");
        source.can_delete = source.allow_delete = true;
        configure({source});
        publish("os-a", {an_image("plain", "plain"), an_image("canary", "canary", 1)});
    }

    Gate door;
    Dispatcher behind_door{router, Audience::data, door, observer, clock};
    Served served{{.at_hand = [this](Request& request) { return behind_door.at_hand(request); },
                   .handle = [this](Request& request) { return behind_door.handle(request); }}};
};

enum class Pieces : std::uint8_t { one, bytes };

std::vector<HttpAnswer> say(RawClient& client, const FrontVector& vector, Pieces pieces)
{
    for (const auto number : vector.heads) {
        client.expect_no_body(number);
    }
    for (std::size_t at = 0; pieces == Pieces::bytes && at < vector.bytes.size(); ++at) {
        client.send(std::string_view(vector.bytes).substr(at, 1));
    }
    if (pieces == Pieces::one) {
        client.send(vector.bytes);
    }
    return vector.ending == Ending::closes ? client.read_all() : client.read(vector.answers.size());
}

void check_answer(const HttpAnswer& answer)
{
    EXPECT_EQ(answer.header("Location"), "");
    EXPECT_EQ(answer.header("Set-Cookie"), "");
    EXPECT_EQ(answer.header("Upgrade"), "");
    if (answer.status >= 400) {
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    }
    if (answer.status == 405) {
        EXPECT_NE(answer.header("Allow"), "");
    }
}

void check(const Front& front, const FrontVector& vector, Pieces pieces)
{
    auto client = front.served.connect();
    const auto answers = say(client, vector, pieces);

    std::vector<int> statuses;
    for (const auto& answer : answers) {
        statuses.push_back(answer.status);
        check_answer(answer);
    }
    EXPECT_EQ(statuses, vector.answers) << client.wire().substr(0, 600);
    EXPECT_EQ(client.wire().find("canary"), std::string::npos) << client.wire();
    if (vector.ending == Ending::closes) {
        EXPECT_TRUE(!answers.empty() && answers.back().header("Connection") == "close");
    } else {
        client.send(get_request("/livez"));
        const auto more = client.read(answers.size() + 1);
        EXPECT_TRUE(more.size() == answers.size() + 1 && more.back().status == 200) << "the connection stays usable";
    }
}

class FrontVectors : public testing::TestWithParam<std::string> {};

TEST_P(FrontVectors, HaveOneReadingHoweverTheyArrive)
{
    const auto& groups = front_vectors();
    const auto group = std::ranges::find(groups, GetParam(), &FrontGroup::name);
    constexpr std::size_t longest_in_bytes = 1000; // each of which costs a system call or two on either side
    Front front;
    for (const auto& vector : group->vectors) {
        SCOPED_TRACE(testing::PrintToString(vector.name));
        try {
            check(front, vector, Pieces::one);
            if (vector.bytes.size() <= longest_in_bytes) {
                check(front, vector, Pieces::bytes);
            }
            EXPECT_EQ(get(front.served.listener.port(), "/v1/images?limit=1").status, 200) << "others are not harmed";
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    }
    EXPECT_TRUE(front.refresh.removed.empty());
    EXPECT_TRUE(front.audits.empty());
}

std::vector<std::string> group_names()
{
    std::vector<std::string> out;
    for (const auto& group : front_vectors()) {
        out.push_back(group.name);
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(Table, FrontVectors, testing::ValuesIn(group_names()),
                         [](const auto& row) { return row.param; });

TEST(FrontVectors, AreAllThere)
{
    std::size_t must = 0;
    std::size_t strict = 0;
    for (const auto& group : front_vectors()) {
        for (const auto& vector : group.vectors) {
            ++(vector.grade == Grade::must ? must : strict);
        }
    }
    std::cout << "front vectors: " << must << " must, " << strict << " strict\n";
    EXPECT_GE(must, 400U);
    EXPECT_GE(strict, 10U);
}

FrontAuthConfig one_token()
{
    return {.tokens_required = true,
            .tokens = {
                {.name = "me", .sha256 = to_hex(as_bytes(sha256("my-token"))), .sources = {"*"}, .read_images = true}}};
}

TEST(Front, ConnectionOptionsStripNothingFromWhoIsAsking)
{
    Front front({}, one_token());
    const std::string options = "Connection: close, Authorization, X-Auth-Token, Host\r\n";
    const auto status = [&](const std::string& lines) {
        auto client = front.served.connect();
        client.send(get_request("/v1/images", lines));
        const auto answers = client.read_all();
        return answers.size() == 1 ? answers[0].status : 0;
    };

    EXPECT_EQ(status(options), 401);
    EXPECT_EQ(status(options + "Authorization: Bearer my-token\r\n"), 200);
    EXPECT_EQ(status("X-Auth-Token: my-token\r\n" + options), 200);
    EXPECT_EQ(status(options + "Authorization: Bearer my-token\r\nX-Auth-Token: other\r\n"), 400);
    EXPECT_EQ(status(options + "Authorization: Bearer my-token\r\nAuthorization: Bearer my-token\r\n"), 400);
}

TEST(Front, TellsACallerUnderALimitWhatIsLeft)
{
    ServerConfig server;
    server.rate_limit = 3;
    Front front(server);
    auto client = front.served.connect();
    auto ask = [&, number = std::size_t{0}](std::string_view target) mutable {
        client.send(get_request(target));
        return client.read(++number).at(number - 1);
    };

    const auto first = ask("/v1/images");
    EXPECT_EQ(first.header("RateLimit-Policy"), R"("default";q=6;w=2)");
    EXPECT_EQ(first.header("RateLimit"), R"("default";r=5;t=1)");
    EXPECT_EQ(ask("/v1/images?nosuch=1").header("RateLimit-Policy"), R"("default";q=6;w=2)") << "also on refusals";
    auto last = ask("/v1/images");
    for (int i = 0; i < 100 && last.status == 200; ++i) {
        last = ask("/v1/images");
    }
    EXPECT_EQ(last.status, 429);
    EXPECT_EQ(last.header("RateLimit"), R"("default";r=0;t=2)");
    EXPECT_EQ(last.header("Retry-After"), "1");

    for (const auto* free : {"/livez", "/openapi.json", "/nowhere"}) {
        const auto answer = ask(free);
        EXPECT_EQ(answer.header("RateLimit"), "") << free << ": not counted, and nothing left over from before";
        EXPECT_EQ(answer.header("RateLimit-Policy"), "");
    }
    client.send("GARBAGE\r\n");
    EXPECT_EQ(client.read_all().back().header("RateLimit"), "");
}

TEST(Front, SaysNothingOfLimitsWhereThereIsNone)
{
    Front front;
    auto client = front.served.connect();
    client.send(get_request("/v1/images"));

    EXPECT_EQ(client.read(1).at(0).header("RateLimit-Policy"), "");
    EXPECT_EQ(client.wire().find("RateLimit"), std::string::npos);
}

} // namespace
} // namespace polyglance::test
