#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/problem.hpp"

namespace polyglance {

/// One `name=value` of a query string, decoded.
struct QueryParameter {
    std::string name;
    std::string value;
    bool readable = true; ///< false: bad percent-encoding, or not UTF-8
    auto operator<=>(const QueryParameter&) const = default;
};

/// Appends `text` as a query component. Only what a URL or a Link header cannot hold is encoded, so that links stay
/// readable: `sort=created_at:desc,name`.
void append_query_component(std::string& out, std::string_view text);

/// Reads the parameters of one request by name. A fault never stops the reading: `finish` reports all together, and
/// every parameter that nobody asked for as unknown. A short request must not cause long work: what is beyond the
/// 200th parameter is not read, and not more than 20 faults are looked for.
class QueryReader {
public:
    static constexpr std::size_t most_parameters = 200;
    static constexpr std::size_t most_faults = 20;

    explicit QueryReader(std::string_view raw_query);

    /// The value of a parameter that may be given once.
    std::optional<std::string> one(std::string_view name);
    /// All values of a parameter that may be repeated.
    std::vector<std::string> all(std::string_view name);
    /// 1 or true, 0 or false.
    std::optional<bool> flag(std::string_view name);
    /// A number in `least`..`most`.
    std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most);
    /// The index of the value in `words`.
    std::optional<std::size_t> word(std::string_view name, std::span<const std::string_view> words);

    /// Notes what is wrong, unless there is enough already.
    void fault(ProblemItem item);
    /// There are as many faults as are reported: looking for more is of no use.
    bool is_full() const { return faults_.size() >= most_faults; }
    /// `instead`: the parameter to suggest for a word of another API, or "" with a sentence about it.
    struct Hint {
        std::string_view name, instead, detail;
    };
    /// Call last. Empty: nothing is wrong.
    std::optional<Problem> finish(std::span<const Hint> hints = {});

    const std::vector<QueryParameter>& parameters() const { return parameters_; }

private:
    void report_unknown(const QueryParameter& parameter, std::span<const Hint> hints);

    std::vector<QueryParameter> parameters_;
    std::vector<std::string> known_;
    std::vector<ProblemItem> faults_;
};

} // namespace polyglance
