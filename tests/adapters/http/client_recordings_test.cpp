#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

#include "tests/adapters/http/client_harness.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::test {
namespace {

struct Recording {
    HttpRequest request;
    int status = 0;
    HttpHeaders headers;
    std::string body;
    FakeScript script; ///< the recorded answer, byte for byte
    bool closed = false;
};

HttpHeaders headers_of(const nlohmann::json& list)
{
    HttpHeaders headers;
    for (const auto& pair : list) {
        headers.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
    }
    return headers;
}

std::string text_or_nothing(const nlohmann::json& value)
{
    return value.is_string() ? value.get<std::string>() : std::string{};
}

Recording read_recording(const std::string& name)
{
    const auto json = nlohmann::json::parse(fixture("recordings/" + name + ".json"));
    const auto& asked = json.at("request");
    const auto& answered = json.at("response");
    Recording out;
    const auto method = asked.at("method").get<std::string>();
    out.request.method = method == "POST"     ? HttpMethod::post
                         : method == "DELETE" ? HttpMethod::delete_
                                              : HttpMethod::get;
    out.request.target = asked.at("target");
    out.request.headers = headers_of(asked.at("headers"));
    out.request.body = text_or_nothing(asked.at("body"));
    out.status = answered.at("status");
    out.headers = headers_of(answered.at("headers"));
    out.body = text_or_nothing(answered.at("body"));
    out.closed = answered.at("after") == "server closed";

    std::string wire = answered.at("http").get<std::string>() + " " + std::to_string(out.status) + " " +
                       answered.at("reason").get<std::string>() + "\r\n";
    for (const auto& [key, value] : out.headers) {
        wire += key + ": " + value + "\r\n";
    }
    out.script.send(wire + "\r\n" + out.body);
    if (out.closed) {
        out.script.close();
    }
    return out;
}

class RealOpenStack : public testing::TestWithParam<const char*> {};

TEST_P(RealOpenStack, AnswersAreReadAsTheyWereRecorded)
{
    const Recording recording = read_recording(GetParam());
    FakeBackend backend;
    ClientHarness h;
    for (const bool into_sink : {false, true}) {
        backend.push(recording.script);
        auto request = recording.request;
        request.endpoint = backend.endpoint();
        CollectingSink sink;

        const auto got = h.send(request, into_sink ? &sink : nullptr);

        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(got->status, recording.status);
        EXPECT_EQ(got->headers, recording.headers);
        EXPECT_EQ(into_sink && recording.status == 200 ? sink.body : got->body, recording.body);
    }
    EXPECT_EQ(backend.requests().at(0).target, recording.request.target);
    EXPECT_EQ(backend.requests().at(0).body, recording.request.body);
    EXPECT_EQ(backend.connections(), recording.closed ? 2u : 1u);
}

INSTANTIATE_TEST_SUITE_P(Recordings, RealOpenStack,
                         testing::Values("glance-list-limit2", "glance-bad-token", "glance-delete", "glance-root",
                                         "keystone-password", "fault-db-down-glance", "eventlet-list",
                                         "eventlet-list-close", "eventlet-show-404", "eventlet-delete"));

} // namespace
} // namespace polyglance::test
