#include "proxy/process_limits.hpp"

#include <fstream>
#include <sys/resource.h>

namespace polyglance {

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

void keep_memory_out_of_core_dumps()
{
    constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &none);
    std::ofstream("/proc/self/coredump_filter") << "0"; // core(5): which mappings are dumped
}

} // namespace polyglance
