#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/http/http_client.hpp"
#include "tests/support/gate.hpp"

namespace polyglance::test {

/// A well-behaved answer.
struct FakeReply {
    enum class Framing { length, chunked, until_close };

    int status = 200;
    std::string body = {};
    HttpHeaders headers = {{"Content-Type", "application/json"}};
    Framing framing = Framing::length;

    /// Its bytes as they go on the wire.
    std::string wire() const;
};

/// The steps of a FakeScript.
namespace step {
struct Send {
    std::string bytes;
    std::size_t times = 1;
};
/// One byte per packet, `pause` apart.
struct Drip {
    std::string bytes;
    std::chrono::milliseconds pause;
};
struct Wait {
    Gate gate;
};
/// Says nothing until the client closes the connection.
struct Hang {};
struct Close {};
/// Closes with RST, so that the client's next operation fails.
struct Reset {};
} // namespace step

/// What a backend does when it has read one request: any bytes at all, in steps.
/// When the steps are done the connection stays open for the next request, unless the last one closed it.
class FakeScript {
public:
    using Step = std::variant<step::Send, step::Drip, step::Wait, step::Hang, step::Close, step::Reset>;

    FakeScript() = default;
    /// Sends these bytes.
    FakeScript(std::string_view bytes) { send(bytes); }
    FakeScript(const char* bytes) : FakeScript(std::string_view(bytes)) {}
    FakeScript(const std::string& bytes) : FakeScript(std::string_view(bytes)) {}
    FakeScript(const FakeReply& reply) : FakeScript(reply.wire())
    {
        if (reply.framing == FakeReply::Framing::until_close) {
            close();
        }
    }

    FakeScript& send(std::string_view bytes) { return add(step::Send{std::string(bytes)}); }
    FakeScript& send_times(std::size_t times, std::string_view bytes)
    {
        return add(step::Send{std::string(bytes), times});
    }
    FakeScript& drip(std::string_view bytes, std::chrono::milliseconds pause)
    {
        return add(step::Drip{std::string(bytes), pause});
    }
    FakeScript& wait(Gate gate) { return add(step::Wait{std::move(gate)}); }
    FakeScript& hang() { return add(step::Hang{}); }
    FakeScript& close() { return add(step::Close{}); }
    FakeScript& reset() { return add(step::Reset{}); }

    const std::vector<Step>& steps() const { return steps_; }
    /// It waits for something that the test or the client does.
    bool blocks() const
    {
        return std::ranges::any_of(steps_, [](const Step& step) {
            return std::holds_alternative<step::Wait>(step) || std::holds_alternative<step::Hang>(step);
        });
    }

private:
    FakeScript& add(Step step)
    {
        steps_.push_back(std::move(step));
        return *this;
    }

    std::vector<Step> steps_;
};

} // namespace polyglance::test
