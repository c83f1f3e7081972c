#include "proxy/api/projection_parameters.hpp"

#include <algorithm>
#include <array>

#include "cache/query.hpp"

namespace polyglance {
namespace {

std::vector<std::string> read_fields(QueryReader& query, std::string_view text)
{
    std::vector<std::string> out;
    const auto& members = record_members();
    while (!query.is_full()) {
        const auto comma = text.find(',');
        const auto name = text.substr(0, comma);
        if (std::find(members.begin(), members.end(), name) == members.end()) {
            query.fault({"fields", "invalid_value", "'" + std::string(name) + "' is not a member of an image",
                         nearest(name, members)});
        }
        if (std::find(out.begin(), out.end(), name) == out.end()) { // twice is once
            out.emplace_back(name);
        }
        if (comma == std::string_view::npos) {
            break;
        }
        text.remove_prefix(comma + 1);
    }
    return out;
}

} // namespace

Projection read_projection(QueryReader& query, Projection::View default_view)
{
    constexpr std::array<std::string_view, 2> views{"basic", "full"};
    Projection out;
    const auto view = query.word("view", views);
    const auto fields = query.one("fields");
    out.view = view ? (*view == 0 ? Projection::View::basic : Projection::View::full) : default_view;
    if (fields) {
        out.view = Projection::View::fields;
        out.fields = read_fields(query, *fields);
    }
    if (fields && view) {
        query.fault({"view", "invalid_value", "give either view or fields"});
    }
    out.omit_null = query.flag("omit_null").value_or(false);
    return out;
}

} // namespace polyglance
