#include "proxy/process_limits.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <limits>
#include <pwd.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace polyglance {
namespace {

/// The number in `file` of that group and of those around it, the least of them; 0 when there is none ("max").
std::size_t least_limit(const std::filesystem::path& root, const std::string& group, const char* file)
{
    std::size_t least = 0;
    for (auto folder = std::filesystem::path(group).relative_path();; folder = folder.parent_path()) {
        std::size_t limit = 0;
        // Version 1 writes a number near the largest there is for no limit.
        if (std::ifstream(root / folder / file) >> limit && limit < std::numeric_limits<std::size_t>::max() / 4) {
            least = least == 0 ? limit : std::min(least, limit);
        }
        if (folder.empty()) {
            return least;
        }
    }
}

} // namespace

std::size_t open_files_limit()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

void raise_open_files_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit); // where refused, the limit stays as it was
    }
}

std::size_t control_group_memory_limit()
{
    // cgroups(7): lines of "number:controllers:path", without controllers for version 2.
    std::ifstream groups("/proc/self/cgroup");
    std::size_t least = 0;
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (second == std::string::npos) {
            continue;
        }
        const auto controllers = line.substr(first + 1, second - first - 1);
        const auto limit = controllers.empty() ? least_limit("/sys/fs/cgroup", line.substr(second + 1), "memory.max")
                           : controllers == "memory"
                               ? least_limit("/sys/fs/cgroup/memory", line.substr(second + 1), "memory.limit_in_bytes")
                               : 0;
        if (limit != 0) {
            least = least == 0 ? limit : std::min(least, limit);
        }
    }
    return least;
}

std::size_t resident_memory()
{
    std::size_t size = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident; // proc(5): in pages
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string become_user(const std::string& user)
{
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> texts(1UL << 16);
    getpwnam_r(user.c_str(), &entry, texts.data(), texts.size(), &found);
    if (found == nullptr) {
        return "there is no user '" + user + "' here";
    }
    if (entry.pw_uid == geteuid()) {
        return {};
    }
    if (geteuid() != 0) {
        return "only root can become user '" + user + "'";
    }
    if (initgroups(user.c_str(), entry.pw_gid) != 0 || setgid(entry.pw_gid) != 0 || setuid(entry.pw_uid) != 0) {
        return "becoming user '" + user + "' was refused: " + std::generic_category().message(errno);
    }
    return {};
}

void keep_memory_out_of_core_dumps()
{
    constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &none);
    std::ofstream("/proc/self/coredump_filter") << "0"; // core(5): which mappings are dumped
}

} // namespace polyglance
