#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cache/fields.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// A value of a field as it compares: text (also words), integer (also booleans as 0/1 and times as microseconds since
/// 1970), or none.
using FieldValue = std::variant<std::monostate, std::string, std::int64_t>;

enum class Operator : std::uint8_t { eq, neq, in, lt, lte, gt, gte, prefix, contains, null };

/// One condition on one field. All conditions of a query must hold.
struct Filter {
    Field field = Field::name;
    Operator op = Operator::eq;
    std::vector<FieldValue>
        values; ///< one; several for `in`; for `null` one integer: 1 = must have no value, 0 = must have one
    bool operator==(const Filter&) const = default;
};

struct SortKey {
    Field field = Field::created_at;
    bool descending = false;
    bool operator==(const SortKey&) const = default;
};

/// Total order: the keys, then uid. Nulls come last in both directions unless `exact_reverse`, which makes a descending
/// key the mirror image of the ascending one (nulls first) and `uid_descending` turns the tie-break round.
struct SortSpec {
    std::vector<SortKey> keys{{Field::created_at, true}};
    bool uid_descending = false;
    bool exact_reverse = false;
    bool operator==(const SortSpec&) const = default;
    std::string key() const; ///< canonical text, equal for equal specs: "created_at:desc,name:asc"
    /// The same order said shortest: nothing stands behind `uid`, which is unique, and a `uid` key is the tie-break.
    SortSpec normalized() const;
};

/// What to do with images of a source that does not provide a filtered field.
enum class UnknownPolicy : std::uint8_t { exclude, include };

/// A question over the catalogue: which images, in which order.
struct Query {
    std::vector<Filter> filters;
    std::vector<std::string> words; ///< `q`: each must occur in name, description, os, native_id or tags; case folded
    SortSpec sort;
    UnknownPolicy unknown = UnknownPolicy::exclude;
    bool operator==(const Query&) const = default;
};

/// Why a filter or sort text was not understood. `code` is an API error code.
struct ParameterFault {
    std::string parameter;
    std::string code; ///< invalid_value, invalid_operator, unsortable_field, unknown_parameter ...
    std::string detail;
    std::string did_you_mean; ///< "" = nothing near
};

/// Reads the text of one filter parameter (`in:a,b`, `gte:2020-01-01T00:00:00Z`, `null:true`, `eq:in:x`, plain text =
/// equality) as contracts say: operators in: neq: gt: gte: lt: lte: prefix: contains: eq: null:; commas inside an `in`
/// value in double quotes. A text field takes `word:` with an unknown word as a plain value.
std::variant<Filter, ParameterFault> parse_filter(Field field, std::string_view text);

/// Reads `key[:asc|desc],...`. asc when unsaid. Errors: unsortable_field, invalid_value (empty or repeated key, bad
/// direction, more than 8 keys).
std::variant<std::vector<SortKey>, ParameterFault> parse_sort(std::string_view text);

/// The nearest of `candidates` if it is near enough to be a likely slip ("sort-key" -> "sort"); else "".
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// Unicode case folding of UTF-8 text, as used by `prefix:`, `contains:` and `q`.
std::string fold_case(std::string_view text);

} // namespace polyglance
