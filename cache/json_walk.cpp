#include "cache/json_walk.hpp"

#include <algorithm>

namespace polyglance {
namespace {

/// Behind the string that starts at `at`.
std::size_t skip_string(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size() && text[at] != '"') {
        at += text[at] == '\\' ? 2 : 1;
    }
    return std::min(at + 1, text.size());
}

/// Behind the value that starts at `at`.
std::size_t skip_value(std::string_view text, std::size_t at)
{
    std::size_t depth = 0;
    while (at < text.size()) {
        switch (text[at]) {
        case '"':
            at = skip_string(text, at);
            break;
        case '{':
        case '[':
            ++depth;
            ++at;
            break;
        case '}':
        case ']':
            if (depth == 0) {
                return at;
            }
            --depth;
            ++at;
            break;
        case ',':
            if (depth == 0) {
                return at;
            }
            ++at;
            break;
        default:
            ++at;
        }
    }
    return at;
}

} // namespace

bool MemberWalk::next()
{
    if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
    }
    if (at_ >= text_.size() || text_[at_] != '"') {
        return false;
    }
    const auto key_end = skip_string(text_, at_);
    if (key_end >= text_.size()) {
        return false;
    }
    const auto value_end = skip_value(text_, key_end + 1);
    key_ = text_.substr(at_ + 1, key_end - at_ - 2);
    value_ = text_.substr(key_end + 1, value_end - key_end - 1);
    at_ = value_end;
    return true;
}

} // namespace polyglance
