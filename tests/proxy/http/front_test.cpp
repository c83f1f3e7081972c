#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/proxy/api/api_harness.hpp"
#include "tests/proxy/http/front_vectors.hpp"
#include "tests/proxy/http/served.hpp"

namespace polyglance::test {
namespace {

/// The whole API behind a listener, with one source of two images. One of them nobody asks for in order.
struct Front : ApiHarness {
    Front()
    {
        auto source = a_source("os-a");
        source.can_delete = source.allow_delete = true;
        configure({source});
        publish("os-a", {an_image("plain", "plain"), an_image("canary", "canary", 1)});
    }

    Served served{{.at_hand = [this](Request& request) { return dispatcher.at_hand(request); },
                   .handle = [this](Request& request) { return dispatcher.handle(request); }}};
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

} // namespace
} // namespace polyglance::test
