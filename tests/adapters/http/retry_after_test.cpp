#include <gtest/gtest.h>

#include "adapters/http/retry_after.hpp"

namespace polyglance {
namespace {

using std::chrono::seconds;

TEST(RetryAfter, ReadsSecondsUpToAnHour)
{
    EXPECT_EQ(read_retry_after("0", {}), seconds{0});
    EXPECT_EQ(read_retry_after("120", {}), seconds{120});
    EXPECT_EQ(read_retry_after("3601", {}), seconds{3600});
    EXPECT_EQ(read_retry_after("99999999999999999999", {}), seconds{3600});
}

TEST(RetryAfter, MeasuresADateFromNow)
{
    const Instant now = *parse_http_date("Tue, 06 Nov 2018 06:12:40 GMT");

    EXPECT_EQ(read_retry_after("Tue, 06 Nov 2018 06:13:40 GMT", now), seconds{60});
    EXPECT_EQ(read_retry_after("Tue, 06 Nov 2018 06:00:00 GMT", now), seconds{0});
    EXPECT_EQ(read_retry_after("Wed, 06 Nov 2019 06:00:00 GMT", now), seconds{3600});
}

TEST(RetryAfter, IsEmptyForAnythingElse)
{
    for (const char* value : {"", "soon", "-1", "1.5", "10s", " 10"}) {
        EXPECT_EQ(read_retry_after(value, {}), std::nullopt) << value;
    }
}

} // namespace
} // namespace polyglance
