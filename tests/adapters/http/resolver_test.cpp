#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <utility>

#include "adapters/http/look_up.hpp"
#include "adapters/http/resolver.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

const TcpEndpoints two_addresses{{asio::ip::make_address("192.0.2.1"), 443},
                                 {asio::ip::make_address("2001:db8::1"), 443}};

/// A resolver whose look-ups answer when the test says so.
struct Harness {
    Result<TcpEndpoints> resolve(const std::string& host, std::chrono::milliseconds timeout = test::patience)
    {
        return test::run(io, resolver.resolve(host, 443, may_be_here, clock.steady_now() + timeout));
    }

    void answer_at_once(TcpEndpoints addresses)
    {
        look_up = [this, addresses](Resolver::Done done) { asio::post(io, [done, addresses] { done(addresses); }); };
    }

    void never_answer()
    {
        look_up = [this](Resolver::Done done) { pending = std::move(done); };
    }

    asio::io_context io{1};
    test::ManualClock clock;
    bool may_be_here = false;
    std::function<void(Resolver::Done)> look_up;
    Resolver::Done pending;
    int look_ups = 0;
    Resolver resolver{io.get_executor(), clock, [this](const std::string&, std::uint16_t, Resolver::Done done) {
                          ++look_ups;
                          look_up(std::move(done));
                      }};
};

TEST(Resolver, LiteralAddressesNeedNoLookUp)
{
    Harness h;

    EXPECT_EQ(h.resolve("127.0.0.1"), (TcpEndpoints{{asio::ip::make_address("127.0.0.1"), 443}}));
    EXPECT_EQ(h.resolve("::1"), (TcpEndpoints{{asio::ip::make_address("::1"), 443}}));
    EXPECT_EQ(h.look_ups, 0);
}

TEST(Resolver, RemembersAddressesForAMinute)
{
    Harness h;
    h.answer_at_once(two_addresses);

    EXPECT_EQ(h.resolve("images.example"), two_addresses);
    h.clock.advance(59s);
    EXPECT_EQ(h.resolve("images.example"), two_addresses);
    EXPECT_EQ(h.look_ups, 1);

    h.clock.advance(1s);
    EXPECT_EQ(h.resolve("images.example"), two_addresses);
    EXPECT_EQ(h.look_ups, 2);
}

TEST(Resolver, AnUnknownNameIsAskedForAgain)
{
    Harness h;
    h.answer_at_once({});

    const auto unknown = h.resolve("images.invalid");

    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().error_class, ErrorClass::upstream_unavailable);
    EXPECT_EQ(unknown.error().message.find("images.invalid"), std::string::npos);
    h.answer_at_once(two_addresses);
    EXPECT_TRUE(h.resolve("images.invalid"));
}

TEST(Resolver, ANameNeverLeadsToWhereNoCloudIs)
{
    const auto at = [](const char* address) { return asio::ip::tcp::endpoint{asio::ip::make_address(address), 443}; };
    for (const char* address : {"169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1",
                                "ff02::1", "255.255.255.255"}) {
        Harness h;
        h.answer_at_once({at(address)});
        const auto nowhere = h.resolve("images.example");
        ASSERT_FALSE(nowhere) << address;
        EXPECT_EQ(nowhere.error().message, "the host name leads to addresses where no cloud is");

        Harness both;
        both.answer_at_once({at(address), at("192.0.2.1")});
        EXPECT_EQ(both.resolve("images.example"), (TcpEndpoints{at("192.0.2.1")})) << address;
    }
}

TEST(Resolver, ANameLeadsToThisMachineOnlyWhereThatIsAllowed)
{
    const auto at = [](const char* address) { return asio::ip::tcp::endpoint{asio::ip::make_address(address), 443}; };
    for (const char* address : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}) {
        Harness h;
        h.answer_at_once({at(address)});
        for (int time = 0; time < 2; ++time) { // looked up, and remembered
            const auto refused = h.resolve("images.example");
            ASSERT_FALSE(refused) << address;
            EXPECT_EQ(refused.error().message,
                      "the host name leads to this machine: set allow_loopback if the cloud runs here");
        }
        h.may_be_here = true;
        EXPECT_EQ(h.resolve("images.example"), (TcpEndpoints{at(address)})) << address;

        Harness both;
        both.answer_at_once({at(address), at("192.0.2.1")});
        EXPECT_EQ(both.resolve("images.example"), (TcpEndpoints{at("192.0.2.1")})) << address;
    }
}

TEST(Resolver, AHungLookUpHoldsNobodyPastTheDeadlineAndServesTheNextCaller)
{
    Harness h;
    h.never_answer();

    const auto late = h.resolve("images.example", 20ms);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().error_class, ErrorClass::timeout);
    EXPECT_FALSE(h.resolve("images.example", 20ms));
    EXPECT_EQ(h.look_ups, 1) << "one look-up per name at a time";

    h.pending(two_addresses);
    EXPECT_EQ(h.resolve("images.example"), two_addresses);
    EXPECT_EQ(h.look_ups, 1);
}

TEST(Resolver, AllWhoWaitGetTheOneAnswer)
{
    Harness h;
    h.never_answer();
    int answered = 0;
    for (int i = 0; i < 3; ++i) {
        asio::co_spawn(
            h.io, h.resolver.resolve("images.example", 443, false, h.clock.steady_now() + test::patience),
            [&](const std::exception_ptr&, const Result<TcpEndpoints>& found) { answered += found ? 1 : 0; });
    }
    h.io.poll();

    h.pending(two_addresses);
    h.io.restart();
    h.io.poll();

    EXPECT_EQ(answered, 3);
    EXPECT_EQ(h.look_ups, 1);
}

TEST(Resolver, MayBeGoneWhenTheAnswerComes)
{
    asio::io_context io;
    test::ManualClock clock;
    Resolver::Done pending;
    {
        Resolver resolver(io.get_executor(), clock,
                          [&](const std::string&, std::uint16_t, Resolver::Done done) { pending = std::move(done); });
        EXPECT_FALSE(test::run(io, resolver.resolve("images.example", 443, false, clock.steady_now() + 5ms)));
    }

    pending(two_addresses);
}

TEST(Resolver, AHungLookUpHoldsNoOtherNameUpAndNotTheEnd)
{
    asio::io_context io;
    test::ManualClock clock;
    std::promise<void> over;
    const auto ended = std::make_shared<std::promise<void>>();
    {
        const auto ask = [hung = over.get_future().share(), ended](const std::string& host, std::uint16_t) {
            if (host == "hung.example") {
                hung.wait();
                ended->set_value();
            }
            return two_addresses;
        };
        Resolver resolver(io.get_executor(), clock, ask_in_threads(io.get_executor(), ask));

        EXPECT_FALSE(test::run(io, resolver.resolve("hung.example", 443, false, clock.steady_now() + 5ms)));
        EXPECT_EQ(test::run(io, resolver.resolve("images.example", 443, false, clock.steady_now() + test::patience)),
                  two_addresses);
    }

    over.set_value();
    ended->get_future().wait();
}

TEST(Resolver, AsksTheSystem)
{
    asio::io_context io;
    test::ManualClock clock;
    Resolver resolver(io.get_executor(), clock);

    const auto found = test::run(io, resolver.resolve("localhost", 8080, true, clock.steady_now() + test::patience));

    ASSERT_TRUE(found);
    for (const auto& endpoint : *found) {
        EXPECT_TRUE(endpoint.address().is_loopback());
        EXPECT_EQ(endpoint.port(), 8080);
    }
}

} // namespace
} // namespace polyglance
