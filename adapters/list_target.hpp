#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/percent.hpp"

namespace polyglance::wire {

/// The target of a listing call as the server reads it.
class ListTarget {
public:
    /// A query that cannot be decoded counts as empty.
    explicit ListTarget(std::string_view target);

    /// As it came, still encoded.
    const std::string& path() const { return path_; }
    /// The last value of a parameter.
    std::optional<std::string_view> find(std::string_view name) const;
    /// The last value of a parameter, "" when it is not there.
    std::string text(std::string_view name) const;
    /// A whole number, at most `most`; `fallback` when it is not there or none.
    std::size_t number(std::string_view name, std::size_t fallback, std::size_t most) const;

    /// The same call without a parameter.
    std::string without(std::string_view name) const;
    /// The same call with one value for a parameter.
    std::string with(std::string_view name, std::string_view value) const;

private:
    std::string path_;
    QueryPairs query_;
};

} // namespace polyglance::wire
