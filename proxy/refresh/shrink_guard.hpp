#pragma once

#include <cstddef>

namespace polyglance {

/// Doubts a whole drain that is much smaller than what is served: some backends answer with a short list instead of an
/// error. A second drain that is just as small confirms it. Pure.
class ShrinkGuard {
public:
    /// `percent`: a loss of more than this share is doubted; 0 = never.
    explicit ShrinkGuard(unsigned percent) : percent_(percent) {}

    /// True: publish. False: keep the old snapshot and drain once more.
    bool accepts(std::size_t served, std::size_t drained);

private:
    unsigned percent_;
    bool doubted_ = false; // the drain before this one was doubted
};

} // namespace polyglance
