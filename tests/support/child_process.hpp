#pragma once

#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace polyglance::test {

/// A program running beside the test, standard output and error read together. Killed when this object ends.
class ChildProcess {
public:
    explicit ChildProcess(std::vector<std::string> command);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void signal(int number) const;
    pid_t pid() const { return pid_; }
    /// Waits for its end: the exit code, or minus the signal that ended it. -1000 when it does not end in 30 s.
    int wait();
    std::string output() const;
    /// The program closed its output, as it does when it ends.
    bool output_ended() const;
    /// Waits until the output holds `text`. False after 20 s, or when the program ended without it.
    [[nodiscard]] bool wait_for_output(std::string_view text) const;

private:
    pid_t pid_ = -1;
    int pipe_ = -1;
    std::thread reader_;
    mutable std::mutex mutex_;
    std::string output_;
    bool ended_ = false;
    int code_ = -1000;
    bool reaped_ = false;
};

} // namespace polyglance::test
