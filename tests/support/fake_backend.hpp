#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/http_client.hpp"
#include "tests/support/fake_script.hpp"
#include "tests/support/test_certificates.hpp"

namespace polyglance::test {

struct FakeRequest {
    std::string method;
    std::string target;
    HttpHeaders headers;
    std::string body;
    std::size_t connection = 0; ///< counted from 1 in the order of their acceptance
};

/// A backend on a real socket, 127.0.0.1 and a free port, with a thread of its own. It speaks in raw bytes, so it can
/// be as wrong as a test likes. All members may be called from any thread.
///
///     FakeBackend backend([](const FakeRequest&) { return FakeReply{.body = "{}"}; });
///     backend.push(FakeScript("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12").reset());  // only the next request
class FakeBackend {
public:
    /// Says what to do about each request; called on the backend's thread.
    using Handler = std::function<FakeScript(const FakeRequest&)>;

    /// Answers 404 to what no script was pushed for.
    explicit FakeBackend(FakeTls tls = FakeTls::off);
    explicit FakeBackend(Handler handler, FakeTls tls = FakeTls::off);
    ~FakeBackend();
    FakeBackend(const FakeBackend&) = delete;
    FakeBackend& operator=(const FakeBackend&) = delete;

    std::uint16_t port() const;
    Endpoint endpoint() const; ///< with the host 127.0.0.1 and no prefix
    std::string url() const;   ///< "http://127.0.0.1:port"

    void set_handler(Handler handler);
    /// Scripts are used up in order, one per request, before the handler is asked.
    void push(FakeScript script);

    std::vector<FakeRequest> requests() const; ///< in the order in which they were read
    std::size_t connections() const;           ///< accepted so far
    std::size_t most_in_flight() const;        ///< the most requests that were under way at a time

    /// Refuses new connections from now on; those it has live on.
    void stop_accepting();
    /// Closes the connections on which no request is under way, and waits until that is done.
    void close_idle();
    /// Sends `bytes` nobody asked for on every connection on which no request is under way, and waits until they are
    /// out.
    void send_unasked(std::string bytes);
    /// Waits until so many requests have come / so many connections have ended, from either side. False after 10 s.
    [[nodiscard]] bool wait_for_requests(std::size_t count) const;
    [[nodiscard]] bool wait_for_ended(std::size_t count) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace polyglance::test
