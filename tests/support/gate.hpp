#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace polyglance::test {

/// Something to wait for that a test lets happen, in place of sleeping. Copies are the same gate. Any thread.
class Gate {
public:
    /// From now on nobody waits.
    void open()
    {
        std::vector<std::function<void()>> waiting;
        {
            const std::lock_guard lock(state_->mutex);
            state_->is_open = true;
            waiting.swap(state_->waiting);
        }
        for (const auto& wake : waiting) {
            wake();
        }
    }

    /// Calls `wake` once the gate is open, at once if it is: from the thread that opens it.
    void when_open(std::function<void()> wake)
    {
        {
            const std::lock_guard lock(state_->mutex);
            if (!state_->is_open) {
                state_->waiting.push_back(std::move(wake));
                return;
            }
        }
        wake();
    }

private:
    struct State {
        std::mutex mutex;
        bool is_open = false;
        std::vector<std::function<void()>> waiting;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

} // namespace polyglance::test
