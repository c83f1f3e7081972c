#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace polyglance {

/// A credential. It can be asked for on purpose (`reveal`), never printed by accident: there is no conversion to text
/// and every formatter writes `***`.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    bool empty() const { return value_.empty(); }
    /// The value itself: only where it goes onto the wire or into a signature.
    const std::string& reveal() const { return value_; }
    bool operator==(const Secret& other) const = default;

    static constexpr std::string_view mask = "***";

private:
    std::string value_;
};

} // namespace polyglance
