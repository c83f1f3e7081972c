#include <gtest/gtest.h>

#include "proxy/http/router.hpp"

namespace polyglance {
namespace {

Router make_router()
{
    const auto route = [](Method method, const char* pattern, Audience audience = Audience::data) {
        return Route{.method = method, .pattern = pattern, .handler = {}, .doc = {}, .audience = audience};
    };
    return Router({route(Method::get, "/v1/images"), route(Method::get, "/v1/images/{uid}"),
                   route(Method::delete_, "/v1/images/{uid}"), route(Method::get, "/v1/sources/{id}"),
                   route(Method::post, "/v1/sources/{id}:refresh"), route(Method::get, "/"),
                   route(Method::get, "/metrics", Audience::admin), route(Method::get, "/livez", Audience::both)});
}

TEST(Router, FindsLiteralsAndParameters)
{
    const auto router = make_router();

    const auto list = router.match(Method::get, "/v1/images", Audience::data);
    const auto one = router.match(Method::head, "/v1/images/os-a~x", Audience::data);
    const auto root = router.match(Method::get, "/", Audience::data);

    ASSERT_NE(list.route, nullptr);
    EXPECT_EQ(list.route->pattern, "/v1/images");
    ASSERT_NE(one.route, nullptr);
    EXPECT_EQ(one.parameters, (decltype(one.parameters){{"uid", "os-a~x"}}));
    ASSERT_NE(root.route, nullptr);
}

TEST(Router, DecodesEachSegmentOnItsOwn)
{
    const auto router = make_router();

    const auto match = router.match(Method::get, "/v1/images/os-a~a%2Fb%20%E4%B8%AD%25", Audience::data);

    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.parameters.at(0).second, "os-a~a/b 中%");
}

TEST(Router, PrefersTheVerbOverThePlainParameter)
{
    const auto router = make_router();

    const auto refresh = router.match(Method::post, "/v1/sources/a:refresh", Audience::data);
    const auto wrong = router.match(Method::get, "/v1/sources/a:refresh", Audience::data);

    ASSERT_NE(refresh.route, nullptr);
    EXPECT_EQ(refresh.parameters.at(0).second, "a");
    EXPECT_EQ(wrong.route, nullptr);
    EXPECT_EQ(wrong.allow, "POST");
}

TEST(Router, NamesTheAllowedMethods)
{
    const auto router = make_router();

    EXPECT_EQ(router.match(Method::post, "/v1/images/x", Audience::data).allow, "GET, HEAD, DELETE");
    EXPECT_EQ(router.match(Method::other, "/v1/images", Audience::data).allow, "GET, HEAD");
}

TEST(Router, KnowsNoOtherPath)
{
    const auto router = make_router();
    for (const char* path :
         {"/v1/images/", "/v1//images", "//v1/images", "/V1/images", "/v1/images/a/b", "/v1/images/%zz",
          "/v1/images/%00", "/v1/images/%ff", "/v1/sources/:refresh/x", "/v1/%2e%2e/images"}) {
        const auto match = router.match(Method::get, path, Audience::data);
        EXPECT_EQ(match.route, nullptr) << path;
        EXPECT_EQ(match.allow, "") << path;
    }
}

TEST(Router, KeepsListenersApart)
{
    const auto router = make_router();

    EXPECT_EQ(router.match(Method::get, "/metrics", Audience::data).route, nullptr);
    EXPECT_NE(router.match(Method::get, "/metrics", Audience::admin).route, nullptr);
    EXPECT_EQ(router.match(Method::get, "/v1/images", Audience::admin).route, nullptr);
    EXPECT_NE(router.match(Method::get, "/livez", Audience::admin).route, nullptr);
}

} // namespace
} // namespace polyglance
