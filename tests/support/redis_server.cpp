#include "tests/support/redis_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace polyglance::test {
namespace {

constexpr std::chrono::seconds start_patience{20};
constexpr int port_tries = 10;

/// A stream socket that is closed at the end.
class Socket {
public:
    explicit Socket(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() { ::close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int fd() const { return fd_; }

private:
    int fd_;
};

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool takes_tcp(std::uint16_t port)
{
    const Socket socket(AF_INET);
    const sockaddr_in address = loopback(port);
    return ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool takes_unix(const std::string& path)
{
    const Socket socket(AF_UNIX);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// Waits for the end of `pid`, at most so long. True when it has ended.
bool wait_for_end(pid_t pid, std::chrono::milliseconds patience)
{
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (::waitpid(pid, nullptr, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= limit) {
            return false;
        }
        ::poll(nullptr, 0, 2);
    }
    return true;
}

pid_t spawn(const std::vector<std::string>& arguments)
{
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t pid = -1;
    const int failed = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        throw std::runtime_error("redis-server cannot be started");
    }
    return pid;
}

} // namespace

bool RedisServer::installed()
{
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (::access((folder + "/redis-server").c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}

RedisServer::RedisServer(std::vector<std::string> options, Port kind)
    : options_(std::move(options)), kind_(kind), directory_(make_temporary_directory())
{
    for (int i = 0; i < port_tries; ++i) {
        port_ = free_port();
        if (start()) {
            return;
        }
    }
    std::filesystem::remove_all(directory_);
    throw std::runtime_error("redis-server finds no free port");
}

RedisServer RedisServer::sentinel(std::string configuration)
{
    return RedisServer({std::move(configuration)}, Port::sentinel);
}

RedisServer::~RedisServer()
{
    if (pid_ > 0) {
        kill();
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

bool RedisServer::start()
{
    std::vector<std::string> arguments{"redis-server"};
    if (kind_ == Port::sentinel) {
        // It writes what it learns into its file.
        const auto file = (directory_ / "sentinel.conf").string();
        std::ofstream(file) << options_.front();
        arguments.insert(arguments.end(), {file, "--sentinel"});
    }
    if (kind_ == Port::tls) {
        arguments.insert(arguments.end(), {"--port", "0", "--tls-port", std::to_string(port_)});
    } else {
        arguments.insert(arguments.end(), {"--port", std::to_string(port_)});
    }
    arguments.insert(arguments.end(), {"--bind", "127.0.0.1", "--unixsocket", unix_path()});
    arguments.insert(arguments.end(), {"--dir", directory_.string(), "--logfile", (directory_ / "redis.log").string()});
    if (kind_ != Port::sentinel) {
        arguments.insert(arguments.end(), {"--save", "", "--appendonly", "no"});
        arguments.insert(arguments.end(), options_.begin(), options_.end());
    }
    pid_ = spawn(arguments);
    const auto limit = std::chrono::steady_clock::now() + start_patience;
    while (std::chrono::steady_clock::now() < limit) {
        // Its own end first: another program on that port would take connections just as well.
        if (wait_for_end(pid_, std::chrono::milliseconds{5})) {
            pid_ = -1;
            return false;
        }
        if (takes_tcp(port_) && takes_unix(unix_path())) {
            return true;
        }
    }
    kill();
    throw std::runtime_error("redis-server does not come up");
}

void RedisServer::signal(int number) const
{
    if (pid_ > 0) {
        ::kill(pid_, number);
    }
}

void RedisServer::freeze()
{
    signal(SIGSTOP);
    int status = 0;
    ::waitpid(pid_, &status, WUNTRACED);
}

void RedisServer::thaw()
{
    signal(SIGCONT);
}

void RedisServer::kill()
{
    signal(SIGKILL);
    wait_for_end(pid_, start_patience);
    pid_ = -1;
    std::filesystem::remove(unix_path());
}

void RedisServer::restart()
{
    if (!start()) {
        throw std::runtime_error("redis-server does not get its port back");
    }
}

std::filesystem::path make_temporary_directory()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "polyglance-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    return pattern;
}

std::uint16_t free_port()
{
    const Socket socket(AF_INET);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no free port");
    }
    return ntohs(address.sin_port);
}

} // namespace polyglance::test
