#include "adapters/list_target.hpp"

#include <algorithm>
#include <charconv>

namespace polyglance::wire {
namespace {

std::string join(const std::string& path, const QueryPairs& query)
{
    return query.empty() ? path : path + "?" + encode_query(query);
}

QueryPairs drop(QueryPairs query, std::string_view name)
{
    std::erase_if(query, [&](const auto& pair) { return pair.first == name; });
    return query;
}

} // namespace

ListTarget::ListTarget(std::string_view target) : path_(target.substr(0, target.find('?')))
{
    if (path_.size() < target.size()) {
        query_ = decode_query(target.substr(path_.size() + 1)).value_or(QueryPairs{});
    }
}

std::optional<std::string_view> ListTarget::find(std::string_view name) const
{
    const auto found =
        std::find_if(query_.rbegin(), query_.rend(), [&](const auto& pair) { return pair.first == name; });
    return found == query_.rend() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string ListTarget::text(std::string_view name) const
{
    return std::string(find(name).value_or(""));
}

std::size_t ListTarget::number(std::string_view name, std::size_t fallback, std::size_t most) const
{
    const auto text = find(name).value_or("");
    std::size_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || stop != text.data() + text.size() || error == std::errc::invalid_argument) {
        return fallback;
    }
    return error == std::errc::result_out_of_range ? most : std::min(number, most);
}

std::string ListTarget::without(std::string_view name) const
{
    return join(path_, drop(query_, name));
}

std::string ListTarget::with(std::string_view name, std::string_view value) const
{
    QueryPairs query = drop(query_, name);
    query.emplace_back(name, value);
    return join(path_, query);
}

} // namespace polyglance::wire
