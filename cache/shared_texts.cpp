#include "cache/shared_texts.hpp"

namespace polyglance {

SharedTexts::SharedTexts(const SharedTexts* before)
{
    for (Code code = 1; before != nullptr && code <= before->size(); ++code) {
        take_in(before->text(code), hash_of(before->text(code)));
    }
}

Code SharedTexts::take_in(std::string_view text, std::uint64_t hash)
{
    return texts_.intern(text, hash, [this](std::string_view fresh) { return blocks_.append(fresh); });
}

Code SharedTexts::share(std::string_view text, std::uint64_t hash)
{
    if (text.size() < 2) {
        return null_code; // as short as a code
    }
    const Code known = texts_.find(text, hash);
    if (known != null_code || texts_.size() == most) {
        return known;
    }
    seen_.resize(seen_slots);
    auto& seen = seen_[hash % seen_slots];
    const auto mark = static_cast<std::uint32_t>(hash >> 32) | 1; // 0 = nothing seen
    if (seen == mark) {
        return take_in(text, hash);
    }
    seen = mark;
    return null_code;
}

std::size_t SharedTexts::memory_bytes() const
{
    return texts_.memory_bytes() + blocks_.memory_bytes() + seen_.capacity() * sizeof seen_[0];
}

} // namespace polyglance
