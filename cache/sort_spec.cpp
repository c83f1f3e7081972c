#include <algorithm>

#include "cache/query.hpp"

namespace polyglance {

std::string SortSpec::key() const
{
    std::string out;
    for (const auto& each : keys) {
        out.append(traits_of(each.field).name).append(each.descending ? ":desc," : ":asc,");
    }
    out += uid_descending ? "uid:desc" : "uid:asc";
    if (exact_reverse) {
        out += ",exact_reverse";
    }
    return out;
}

SortSpec SortSpec::normalized() const
{
    SortSpec out = *this;
    const auto uid = std::ranges::find(out.keys, Field::uid, &SortKey::field);
    if (uid != out.keys.end()) {
        out.uid_descending = uid->descending;
        out.keys.erase(uid, out.keys.end());
    }
    return out;
}

} // namespace polyglance
