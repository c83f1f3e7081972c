#include "proxy/refresh/shrink_guard.hpp"

namespace polyglance {

bool ShrinkGuard::accepts(std::size_t served, std::size_t drained)
{
    const bool shrunk = percent_ > 0 && drained < served && (served - drained) * 100 > served * percent_;
    if (shrunk && !doubted_) {
        doubted_ = true;
        return false;
    }
    doubted_ = false;
    return true;
}

} // namespace polyglance
