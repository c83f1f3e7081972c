#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace polyglance::test {

/// A real redis-server of its own for a test: on a free port of 127.0.0.1 and on a Unix socket, keeping nothing on
/// disk. Ends with this object.
class RedisServer {
public:
    static bool installed();

    /// What its TCP port speaks.
    enum class Port { plain, tls, sentinel };

    /// `options` are more arguments of redis-server, for example {"--requirepass", "x"}. Returns once it can be
    /// connected to. Throws when it does not come up in time.
    explicit RedisServer(std::vector<std::string> options = {}, Port kind = Port::plain);
    /// A Sentinel with that configuration instead.
    static RedisServer sentinel(std::string configuration);
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string unix_path() const { return (directory_ / "redis.sock").string(); }
    /// Its working directory, removed at the end.
    const std::filesystem::path& directory() const { return directory_; }

    void freeze();  ///< SIGSTOP: connections are accepted by the kernel, nothing is answered
    void thaw();    ///< SIGCONT
    void kill();    ///< SIGKILL; its data are gone
    void restart(); ///< after `kill`, on the same port

private:
    /// False when it ended instead of listening, for example because somebody else took the port.
    bool start();
    void signal(int number) const;

    std::vector<std::string> options_; // of a Sentinel: its configuration
    Port kind_;
    std::filesystem::path directory_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

/// A directory of its own below the system's temporary one.
std::filesystem::path make_temporary_directory();

/// A port of 127.0.0.1 that was free a moment ago.
std::uint16_t free_port();

} // namespace polyglance::test

/// Skips the test when there is no redis-server to run.
#define SKIP_WITHOUT_REDIS()                                                                                           \
    if (!polyglance::test::RedisServer::installed()) {                                                                 \
        GTEST_SKIP() << "redis-server is not installed";                                                               \
    }
