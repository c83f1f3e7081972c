#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "proxy/refresh/refresh.hpp"

namespace polyglance::test {

/// Notes what it is asked and does what the test says, at once.
class FakeRefresh final : public Refresh {
public:
    using Sources = std::vector<std::string>;
    std::vector<Sources> touched, waited_for, refreshed;
    std::vector<Instant> not_before; ///< of each refresh
    Sources requested;
    std::vector<std::pair<std::string, std::string>> removed;
    std::vector<Deadline> deadlines; ///< of all waits

    std::function<void()> during_wait = [] {};
    std::function<void()> during_refresh = [] {};
    bool accepts_requests = true;
    Result<void> removal{};

    void touch(const Sources& sources) override { touched.push_back(sources); }

    asio::awaitable<void> wait_for_first(Sources sources, Deadline deadline) override
    {
        waited_for.push_back(std::move(sources));
        deadlines.push_back(deadline);
        during_wait();
        co_return;
    }

    asio::awaitable<void> refresh(Sources sources, Instant oldest, Deadline deadline) override
    {
        refreshed.push_back(std::move(sources));
        not_before.push_back(oldest);
        deadlines.push_back(deadline);
        during_refresh();
        co_return;
    }

    bool request_refresh(std::string_view source) override
    {
        requested.emplace_back(source);
        return accepts_requests;
    }

    asio::awaitable<Result<void>> remove(std::string source, std::string native_id) override
    {
        removed.emplace_back(std::move(source), std::move(native_id));
        co_return removal;
    }

    std::string describe_remove(std::string_view, std::string_view native_id) override
    {
        return "DELETE /v2/images/" + std::string(native_id);
    }

    /// No call was made, and nobody waited.
    bool idle() const { return waited_for.empty() && refreshed.empty() && removed.empty(); }
};

} // namespace polyglance::test
