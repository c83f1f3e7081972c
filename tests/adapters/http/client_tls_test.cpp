#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <string>

#include "tests/adapters/http/client_harness.hpp"

namespace polyglance::test {
namespace {

FakeScript small(const FakeRequest&)
{
    return FakeReply{.body = "{}"};
}

TEST(HttpClientTls, AcceptsACertificateOfTheConfiguredAuthorityForAddressAndName)
{
    FakeBackend backend(small, FakeTls::valid);
    ClientHarness h;
    for (const char* host : {"127.0.0.1", "localhost"}) {
        auto request = h.request_to(backend);
        request.endpoint.host = host;

        const auto got = h.send(request);

        ASSERT_TRUE(got) << host << ": " << got.error().message;
        EXPECT_EQ(got->body, "{}");
    }
}

TEST(HttpClientTls, KeepsItsConnections)
{
    FakeBackend backend(small, FakeTls::valid);
    ClientHarness h;
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(h.get(backend));
    }
    EXPECT_EQ(backend.connections(), 1u);
}

TEST(HttpClientTls, CarriesLargeBodiesBothWays)
{
    FakeBackend backend(FakeTls::valid);
    ClientHarness h;
    CollectingSink sink;
    auto request = h.request_to(backend, HttpMethod::post);
    request.body = std::string(300'000, 'b');
    backend.push(FakeReply{.body = std::string(300'000, 'x')});

    const auto got = h.send(request, &sink);

    ASSERT_TRUE(got);
    EXPECT_EQ(sink.body, std::string(300'000, 'x'));
    EXPECT_EQ(backend.requests().at(0).body, request.body);
}

TEST(HttpClientTls, RefusesWhatItCannotTrustAndSaysWhy)
{
    struct Case {
        FakeTls kind;
        const char* reason;
    };
    for (const auto& c : {
             Case{FakeTls::expired, "TLS: the certificate has expired"},
             Case{FakeTls::not_yet_valid, "TLS: the certificate is not valid yet"},
             Case{FakeTls::wrong_host, "TLS: the certificate is for another host"},
             Case{FakeTls::self_signed, "TLS: the certificate is self-signed"},
             Case{FakeTls::unknown_authority, "TLS: the certificate is from an unknown authority"},
             Case{FakeTls::tls11, "TLS: the backend offers no TLS 1.2 or newer"},
         }) {
        FakeBackend backend(small, c.kind);
        ClientHarness h;

        const auto got = h.get(backend);

        ASSERT_FALSE(got) << c.reason;
        EXPECT_EQ(got.error().error_class, ErrorClass::upstream_unavailable) << c.reason;
        EXPECT_EQ(got.error().message, c.reason);
        EXPECT_FALSE(got.error().sent) << c.reason;
        EXPECT_TRUE(backend.requests().empty()) << c.reason;
        EXPECT_EQ(backend.connections(), 1u) << c.reason << ": no second try, least of all in the clear";
    }
}

TEST(HttpClientTls, TheSystemsAuthoritiesDoNotKnowTheTestAuthority)
{
    FakeBackend backend(small, FakeTls::valid);
    ClientHarness h;
    auto request = h.request_to(backend);
    request.tls.ca_file.clear();

    const auto got = h.send(request);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().message, "TLS: the certificate is from an unknown authority");
}

TEST(HttpClientTls, VerifiesNothingWhenToldSoButStillWantsTls12)
{
    ClientHarness h;
    for (const auto kind : {FakeTls::self_signed, FakeTls::expired, FakeTls::wrong_host}) {
        FakeBackend backend(small, kind);
        auto request = h.request_to(backend);
        request.tls.verify = false;
        EXPECT_TRUE(h.send(request));
    }
    FakeBackend old(small, FakeTls::tls11);
    auto request = h.request_to(old);
    request.tls.verify = false;
    EXPECT_FALSE(h.send(request));
}

asio::awaitable<void> refuse_in_the_clear(asio::ip::tcp::acceptor& acceptor)
{
    asio::ip::tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    const std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
    co_await socket.async_wait(asio::ip::tcp::socket::wait_read, asio::use_awaitable);
}

TEST(HttpClientTls, SaysWhenTheOtherSideDoesNotSpeakTls)
{
    ClientHarness h;
    asio::ip::tcp::acceptor plain(h.io, {asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(h.io, refuse_in_the_clear(plain), asio::detached);
    HttpRequest request;
    request.endpoint = {.tls = true, .host = "127.0.0.1", .port = plain.local_endpoint().port(), .prefix = ""};
    request.target = "/";

    const auto got = h.send(request);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().message, "TLS: the backend does not speak TLS on this port");
    EXPECT_FALSE(got.error().sent);
}

TEST(HttpClientTls, ABadCaFileIsAConfigurationError)
{
    FakeBackend backend(small, FakeTls::valid);
    ClientHarness h;
    auto request = h.request_to(backend);
    request.tls.ca_file = "/nonexistent/ca.pem";

    const auto got = h.send(request);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error_class, ErrorClass::config);
    EXPECT_EQ(backend.connections(), 0u);
}

TEST(HttpClientTls, ABodyUntilCloseNeedsTheClosingAlert)
{
    FakeBackend backend(FakeTls::valid);
    ClientHarness h;
    backend.push(FakeScript("HTTP/1.1 200 OK\r\n\r\nwhole").close());
    backend.push(FakeScript("HTTP/1.1 200 OK\r\n\r\ncut by someone on the way").reset());

    EXPECT_EQ(h.get(backend)->body, "whole");
    const auto cut = h.get(backend);

    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().error_class, ErrorClass::upstream_unavailable);
}

} // namespace
} // namespace polyglance::test
