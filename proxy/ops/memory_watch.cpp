#include "proxy/ops/memory_watch.hpp"

#include <utility>

namespace polyglance {

MemoryWatch::MemoryWatch(std::size_t limit_bytes, std::function<std::size_t()> used_bytes, const Clock& clock)
    : limit_(limit_bytes), used_(std::move(used_bytes)), clock_(clock)
{
}

bool MemoryWatch::is_short()
{
    // A hundred milliseconds of a list can be tens of megabytes.
    if (limit_ != 0 && clock_.steady_now() - looked_ >= std::chrono::milliseconds{5}) {
        look();
    }
    return pressure() != MemoryPressure::none;
}

MemoryPressure MemoryWatch::look()
{
    auto seen = MemoryPressure::none;
    if (limit_ != 0) {
        const auto used = used_();
        seen = used >= limit_ - limit_ / 20       ? MemoryPressure::severe
               : used >= limit_ - limit_ * 3 / 20 ? MemoryPressure::high
                                                  : MemoryPressure::none;
    }
    looked_ = clock_.steady_now();
    pressure_.store(seen, std::memory_order_relaxed);
    return seen;
}

std::optional<Problem> LoadShedder::admit(Request& request, Access access)
{
    // Health needs little memory and is asked for most when there is none.
    if (access != Access::open && memory_.pressure() == MemoryPressure::severe) {
        return Problem{.code = "overloaded",
                       .detail = "There is no memory left for more than health checks.",
                       .retry_after = std::chrono::seconds{1}};
    }
    return next_.admit(request, access);
}

} // namespace polyglance
