#pragma once

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/beast_client.hpp"
#include "tests/support/fake_backend.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace polyglance::test {

/// Keeps what it is given, or refuses it.
struct CollectingSink final : BodySink {
    Result<void> on_slice(std::string_view slice) override
    {
        if (slice.size() > (64UL << 10)) {
            ADD_FAILURE() << "a slice of " << slice.size() << " bytes";
        }
        if (!refusal.empty()) {
            return failure(ErrorClass::conflict, refusal);
        }
        body += slice;
        ++slices;
        return {};
    }

    std::string body;
    std::size_t slices = 0;
    std::string refusal;
};

/// The real client, its event loop and a clock that stands still: only socket deadlines pass by themselves.
struct ClientHarness {
    asio::awaitable<Result<HttpResponse>> start(HttpRequest request, BodySink* sink = nullptr)
    {
        return client->send(std::move(request), clock.steady_now() + timeout, limits, sink);
    }

    Result<HttpResponse> send(HttpRequest request, BodySink* sink = nullptr)
    {
        return run(io, start(std::move(request), sink));
    }

    Result<HttpResponse> get(const FakeBackend& backend, BodySink* sink = nullptr)
    {
        return send(request_to(backend), sink);
    }

    static HttpRequest request_to(const FakeBackend& backend, HttpMethod method = HttpMethod::get)
    {
        HttpRequest request;
        request.method = method;
        request.endpoint = backend.endpoint();
        request.target = "/v2/images?limit=2";
        request.tls.ca_file = test_ca_file();
        return request;
    }

    asio::io_context io{1};
    ManualClock clock;
    std::chrono::milliseconds timeout = patience;
    HttpLimits limits;
    std::unique_ptr<HttpClient> client = make_http_client(io.get_executor(), clock);
};

} // namespace polyglance::test

namespace polyglance {

inline void PrintTo(ErrorClass error_class, std::ostream* out)
{
    *out << to_string(error_class);
}

} // namespace polyglance
