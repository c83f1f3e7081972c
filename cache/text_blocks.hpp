#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace polyglance {

/// Text that only grows and never moves: views into it stay valid as long as it lives.
class TextBlocks {
public:
    std::string_view append(std::string_view text)
    {
        if (text.empty()) {
            return {}; // nothing to copy, and perhaps nowhere to copy it to
        }
        if (left_ < text.size()) {
            left_ = text.size() > block_bytes ? text.size() : block_bytes;
            blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
            at_ = blocks_.back().get();
            bytes_ += left_;
        }
        char* const start = at_;
        std::memcpy(start, text.data(), text.size());
        at_ += text.size();
        left_ -= text.size();
        return {start, text.size()};
    }
    std::size_t memory_bytes() const { return bytes_; }

private:
    static constexpr std::size_t block_bytes = 32UL << 10;

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* at_ = nullptr;
    std::size_t left_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace polyglance
