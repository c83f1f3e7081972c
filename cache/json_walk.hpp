#pragma once

#include <cstddef>
#include <string_view>

namespace polyglance {

/// Steps over the members of a JSON object, as text: nothing is decoded or copied. The text must be one whole object
/// that we wrote ourselves, without blanks; a prefix of one that ends behind a member will do.
class MemberWalk {
public:
    explicit MemberWalk(std::string_view object) : text_(object) {}

    /// Moves to the next member; false at the end.
    bool next();
    std::string_view key() const { return key_; }     ///< without quotes, escapes as written
    std::string_view value() const { return value_; } ///< JSON text

private:
    std::string_view text_;
    std::size_t at_ = 1;
    std::string_view key_;
    std::string_view value_;
};

} // namespace polyglance
