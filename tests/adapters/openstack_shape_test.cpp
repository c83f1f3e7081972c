#include <gtest/gtest.h>

#include "adapters/openstack_shape.hpp"
#include "tests/support/recording.hpp"

namespace polyglance {
namespace {

OpenstackShape shape_of(std::string_view body)
{
    const auto document = json::Tape::parse(body);
    ShapeWatch watch;
    const auto images = document->root().find("images");
    for (const json::Value row : *images) {
        watch.see_row(row);
    }
    return watch.shape(document->root());
}

TEST(OpenstackShape, TellsRealNovaFromRealGlance)
{
    EXPECT_EQ(shape_of(test::recorded("nova-v2-list").response.body), OpenstackShape::nova);
    EXPECT_EQ(shape_of(test::recorded("nova-detail-limit2").response.body), OpenstackShape::nova);
    EXPECT_EQ(shape_of(test::recorded("glance-list-limit2").response.body), OpenstackShape::glance);
    EXPECT_EQ(shape_of(test::recorded("glance-list-empty-next").response.body), OpenstackShape::glance);
}

TEST(OpenstackShape, DoesNotGuess)
{
    for (const std::string_view body : {
             R"({"images":[]})",
             R"({"images":[{"id":"a"}]})",
             R"({"images":[{"id":"a","links":"text"}]})",
             R"({"images":[{"id":"a","links":[],"visibility":"public"}]})",
             R"({"images":[{"id":"a","links":[]},{"id":"b","visibility":"public"}]})",
             R"({"images":[{"id":"a","links":[]}],"schema":"/s","first":"/f"})",
             R"({"images":[{"id":"a","visibility":"public"}],"schema":"/s"})",
             R"({"images":[],"schema":null,"first":null})",
         }) {
        EXPECT_EQ(shape_of(body), OpenstackShape::unclear) << body;
    }
}

} // namespace
} // namespace polyglance
