#include "tests/support/child_process.hpp"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace polyglance::test {
namespace {

/// The surroundings without settings of the program: a developer's POLYGLANCE_LOG__LEVEL is no part of a test.
std::vector<char*> environment_without_settings()
{
    std::vector<char*> kept;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!std::string_view(*variable).starts_with("POLYGLANCE_")) {
            kept.push_back(*variable);
        }
    }
    kept.push_back(nullptr);
    return kept;
}

} // namespace

ChildProcess::ChildProcess(std::vector<std::string> command)
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    pipe_ = ends[0];
    std::vector<char*> arguments;
    for (auto& word : command) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    auto environment = environment_without_settings();
    const int failed = posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed != 0) {
        close(pipe_);
        throw std::runtime_error("cannot start " + command[0]);
    }
    reader_ = std::thread([this] {
        std::array<char, 4096> part{};
        for (;;) {
            const auto count = read(pipe_, part.data(), part.size());
            const std::lock_guard lock(mutex_);
            if (count <= 0) {
                ended_ = true;
                return;
            }
            output_.append(part.data(), static_cast<std::size_t>(count));
        }
    });
}

ChildProcess::~ChildProcess()
{
    if (!reaped_) {
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    reader_.join();
    close(pipe_);
}

void ChildProcess::signal(int number) const
{
    ::kill(pid_, number);
}

int ChildProcess::wait()
{
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!reaped_ && std::chrono::steady_clock::now() < give_up) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            reaped_ = true;
            code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        } else {
            std::this_thread::yield();
        }
    }
    while (reaped_ && !output_ended()) {
        std::this_thread::yield();
    }
    return code_;
}

std::string ChildProcess::output() const
{
    const std::lock_guard lock(mutex_);
    return output_;
}

bool ChildProcess::output_ended() const
{
    const std::lock_guard lock(mutex_);
    return ended_;
}

bool ChildProcess::wait_for_output(std::string_view text) const
{
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (std::chrono::steady_clock::now() < give_up) {
        {
            const std::lock_guard lock(mutex_);
            if (output_.find(text) != std::string::npos) {
                return true;
            }
            if (ended_) {
                return false;
            }
        }
        std::this_thread::yield();
    }
    return false;
}

} // namespace polyglance::test
