#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "proxy/loop.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

bool beats_after(const Loop& loop, std::chrono::steady_clock::time_point moment)
{
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (loop.last_beat() <= moment) {
        if (std::chrono::steady_clock::now() > give_up) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

TEST(Loop, BeatsUnlessSomethingHoldsItUp)
{
    const auto before = std::chrono::steady_clock::now();
    Loop loop([](std::string_view) {});
    EXPECT_GE(loop.last_beat(), before) << "not yet started is not dead";
    loop.start();
    EXPECT_TRUE(beats_after(loop, std::chrono::steady_clock::now()));

    std::promise<void> held;
    std::promise<void> release;
    asio::post(loop.context(), [&, released = release.get_future()] {
        held.set_value();
        released.wait();
    });
    held.get_future().wait();
    const auto last = loop.last_beat();
    const auto soon = std::chrono::steady_clock::now() + 600ms; // two beats and more
    while (std::chrono::steady_clock::now() < soon) {
        std::this_thread::yield();
    }
    EXPECT_EQ(loop.last_beat(), last);

    release.set_value();
    EXPECT_TRUE(beats_after(loop, last));
    loop.finish();
}

TEST(Loop, GoesOnAfterAnExceptionThatNobodyCaught)
{
    std::promise<std::string> heard;
    Loop loop([&](std::string_view what) { heard.set_value(std::string(what)); });
    loop.start();

    asio::post(loop.context(), [] { throw std::runtime_error("escaped"); });

    EXPECT_EQ(heard.get_future().get(), "escaped");
    EXPECT_TRUE(beats_after(loop, std::chrono::steady_clock::now()));
    loop.finish();
}

} // namespace
} // namespace polyglance
