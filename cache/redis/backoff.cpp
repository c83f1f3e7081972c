#include "cache/redis/backoff.hpp"

#include <algorithm>
#include <utility>

namespace polyglance {

Backoff::Backoff(std::function<std::uint32_t()> random) : random_(std::move(random)) {}

std::chrono::milliseconds Backoff::next(std::chrono::milliseconds cap)
{
    const auto whole = std::min(wait_, cap);
    wait_ = std::min(wait_, cap) * 2;
    const auto half = whole / 2;
    return whole - std::chrono::milliseconds{random_() % (half.count() + 1)};
}

void Backoff::reset()
{
    wait_ = first;
}

} // namespace polyglance
