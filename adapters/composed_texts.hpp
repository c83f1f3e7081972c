#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace polyglance::wire {

/// Owns the texts of an image that lie nowhere in its row in one piece.
class ComposedTexts {
public:
    /// The view is valid until `clear`.
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
    void clear()
    {
        if (!texts_.empty()) {
            texts_.clear();
        }
    }

private:
    std::deque<std::string> texts_;
};

} // namespace polyglance::wire
