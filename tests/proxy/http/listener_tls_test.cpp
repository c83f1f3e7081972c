#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "proxy/http/listener.hpp"
#include "proxy/loop.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/test_certificates.hpp"

namespace polyglance {
namespace {

namespace ssl = asio::ssl;
using asio::ip::tcp;
using namespace std::chrono_literals;

asio::awaitable<Response> answer_with_path(const Request& request)
{
    co_return make_response(200, "text/plain", request.path + std::string(100'000, '.'));
}

/// A listener with a certificate from the test authority.
struct Secured {
    Secured()
    {
        renew();
        tls.emplace(files());
        listener.emplace(loop.context(), ListenAddress{.host = "127.0.0.1", .port = 0},
                         ListenerOptions{.head = {}, .tls = &*tls}, RequestHandler{.handle = &answer_with_path}, clock,
                         connections);
        listener->start();
        loop.start();
    }
    ~Secured()
    {
        asio::co_spawn(loop.context(), listener->stop(), asio::use_future).wait();
        std::filesystem::remove_all(folder);
    }

    ServerTlsConfig files() const { return {folder / "c.pem", folder / "k.pem"}; }
    void renew()
    {
        const auto made = test::make_certificate(test::FakeTls::valid);
        std::ofstream(folder / "c.pem") << made.certificate_pem;
        std::ofstream(folder / "k.pem") << made.key_pem;
    }

    std::filesystem::path folder = test::make_temporary_directory();
    SystemClock clock;
    std::atomic<std::size_t> connections{0};
    Loop loop{[](std::string_view what) { ADD_FAILURE() << what; }};
    std::optional<ServerTls> tls;
    std::optional<Listener> listener;
};

/// A client that checks the certificate; blocking.
class Client {
public:
    explicit Client(const Secured& server, int newest = TLS1_3_VERSION, std::string_view protocols = "")
    {
        context_.load_verify_file(test::test_ca_file());
        stream_.set_verify_mode(ssl::verify_peer);
        SSL_set_security_level(stream_.native_handle(), 0); // or OpenSSL itself would not try TLS 1.1
        SSL_set_min_proto_version(stream_.native_handle(), TLS1_VERSION);
        SSL_set_max_proto_version(stream_.native_handle(), newest);
        SSL_set_alpn_protos(stream_.native_handle(), reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), server.listener->port()});
        stream_.handshake(ssl::stream_base::client, error);
    }
    /// The answer to one request, to the end of the connection.
    std::string get(std::string_view path)
    {
        asio::write(stream_, asio::buffer("GET " + std::string(path) +
                                          " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        std::string out;
        asio::read(stream_, asio::dynamic_buffer(out), error);
        return out;
    }
    std::string peer_serial()
    {
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(
            SSL_get1_peer_certificate(stream_.native_handle()), &X509_free);
        std::array<unsigned char, 32> digest{};
        unsigned size = 0;
        X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
        return {digest.begin(), digest.end()};
    }

    boost::system::error_code error;

private:
    asio::io_context io_;
    ssl::context context_{ssl::context::tls_client};
    ssl::stream<tcp::socket> stream_{io_, context_};
};

TEST(ListenerTls, AnswersWholeAndClosesInOrder)
{
    const Secured server;
    Client client(server);
    ASSERT_FALSE(client.error) << client.error.message();

    const auto answer = client.get("/over-tls");

    EXPECT_EQ(client.error, asio::error::eof) << "close_notify came: nothing was cut off";
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(answer.ends_with("."));
    EXPECT_NE(answer.find("\r\n\r\n/over-tls"), std::string::npos);
}

TEST(ListenerTls, TakesTls12ButNothingOlder)
{
    const Secured server;

    EXPECT_FALSE(Client(server, TLS1_2_VERSION).error);
    EXPECT_TRUE(Client(server, TLS1_1_VERSION).error);
}

TEST(ListenerTls, ChoosesHttp11AndRefusesWhoSpeaksOnlyHttp2)
{
    using namespace std::string_view_literals;
    const Secured server;

    EXPECT_FALSE(Client(server, TLS1_3_VERSION, "\x02h2\x08http/1.1"sv).error);
    EXPECT_TRUE(Client(server, TLS1_3_VERSION, "\x02h2"sv).error);
}

TEST(ListenerTls, PlainHttpOnThePortGetsNoAnswerAndHurtsNobody)
{
    const Secured server;
    asio::io_context io;
    tcp::socket plain(io);
    plain.connect({asio::ip::address_v4::loopback(), server.listener->port()});
    asio::write(plain, asio::buffer("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 29));
    std::string out;
    boost::system::error_code error;
    asio::read(plain, asio::dynamic_buffer(out), error);

    EXPECT_TRUE(error);
    EXPECT_FALSE(out.starts_with("HTTP"));
    EXPECT_TRUE(Client(server).get("/").starts_with("HTTP/1.1 200"));
}

TEST(ListenerTls, AHandshakeThatIsReadWhenItsTimeIsOverEndsToo)
{
    const Secured files;
    test::ManualClock clock;
    std::atomic<std::size_t> connections{0};
    asio::io_context loop;
    Listener listener(loop, {.host = "127.0.0.1", .port = 0}, {.head = {}, .tls = &*files.tls},
                      {.handle = &answer_with_path}, clock, connections);
    listener.start();
    test::RawClient client(listener.port());
    while (connections == 0) {
        loop.run_one();
    }
    loop.poll(); // now it waits for the ClientHello

    // A ClientHello of 128 KiB in eight records, all but its end: more than one read takes. While the loop is busy
    // elsewhere, the time of the handshake runs out and a sweep is due: it finds that one read is complete.
    std::string hello;
    for (int i = 0; i < 8; ++i) {
        hello += std::string("\x16\x03\x01\x40\x00", 5) + std::string(16'384, '\0');
    }
    hello.replace(5, 4, std::string("\x01\x02\x00\x00", 4)); // the handshake message's type and length
    client.send(hello.substr(0, hello.size() - 100));
    clock.advance(1h);
    client.read_for(300ms);

    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (connections > 0 && std::chrono::steady_clock::now() < give_up) {
        loop.run_one_for(100ms);
    }

    EXPECT_EQ(connections, 0u) << "its deadline is forgotten";
    auto stopped = asio::co_spawn(loop, listener.stop(), asio::use_future);
    while (stopped.wait_for(0s) != std::future_status::ready) {
        loop.run_one();
    }
}

TEST(ListenerTls, NewConnectionsGetTheReloadedCertificate)
{
    Secured server;
    Client before(server);
    server.renew();
    server.tls->reload(server.files());
    Client after(server);

    EXPECT_NE(before.peer_serial(), after.peer_serial());
    EXPECT_TRUE(before.get("/old").starts_with("HTTP/1.1 200")) << "open connections stay";
    EXPECT_TRUE(after.get("/new").starts_with("HTTP/1.1 200"));

    std::ofstream(server.files().key) << "rubbish";
    EXPECT_THROW(server.tls->reload(server.files()), boost::system::system_error);
    EXPECT_TRUE(Client(server).get("/still").starts_with("HTTP/1.1 200"));
}

} // namespace
} // namespace polyglance
