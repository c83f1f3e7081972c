#include "config/overlay.hpp"

#include <algorithm>
#include <optional>

#include "config/address.hpp"
#include "config/scalars.hpp"

namespace polyglance::config {
namespace {

constexpr std::string_view prefix = "POLYGLANCE_";

struct Setting {
    std::vector<std::string> path;
    std::string value;
    std::string where;
    Layer layer;
};

std::vector<std::string> split(std::string_view text, std::string_view separator)
{
    std::vector<std::string> out;
    for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        out.emplace_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    out.emplace_back(text);
    return out;
}

/// Kubernetes sets NAME_SERVICE_HOST, NAME_SERVICE_PORT..., NAME_PORT and NAME_PORT_80_TCP... for every service in the
/// namespace; one called "polyglance" must not keep us from starting. No key of ours looks like that.
bool is_kubernetes_link(std::string_view name)
{
    const auto words = split(name, "_");
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string next = i + 1 < words.size() ? words[i + 1] : "";
        if (words[i] == "SERVICE" && (next == "HOST" || next == "PORT")) {
            return true;
        }
        if (words[i] == "PORT" && (next.empty() || parse_count(next))) {
            return true;
        }
    }
    return false;
}

std::optional<std::size_t> index_of(const std::string& segment)
{
    return segment.size() <= 4 ? parse_count(segment) : std::nullopt;
}

/// Puts `setting` below `node`, making the mappings on the way. Adds to a list only at its end.
void put(Node& node, const Setting& setting, std::size_t depth, const std::string& pointer, Reading& reading)
{
    if (depth == setting.path.size()) {
        node = Node::scalar(setting.value, setting.where, setting.layer);
        return;
    }
    const std::string& segment = setting.path[depth];
    const auto index = index_of(segment);
    if (node.is(Node::Kind::null)) {
        node = Node::map(setting.where, setting.layer);
        node.kind = index ? Node::Kind::list : Node::Kind::map;
    }
    const std::string below = pointer_to(pointer, shown_key(segment));
    if (node.is(Node::Kind::list) && index && *index <= node.items.size()) {
        if (*index == node.items.size()) {
            node.items.emplace_back();
            node.items.back().where = setting.where;
        }
        put(node.items[*index], setting, depth + 1, below, reading);
    } else if (node.is(Node::Kind::map)) {
        if (node.find(segment) == nullptr) {
            node.members.push_back({segment, Node{}});
            node.members.back().value.where = setting.where;
        }
        put(*node.find(segment), setting, depth + 1, below, reading);
        // A secret given here replaces its other form from a layer below; both in one layer stay a contradiction.
        const std::string other =
            segment.ends_with("_file") ? segment.substr(0, segment.size() - 5) : segment + "_file";
        const Node* sibling = node.find(other);
        if (depth + 1 == setting.path.size() && sibling != nullptr && sibling->layer < setting.layer) {
            node.erase(other);
        }
    } else {
        reading.problem(setting.where, below,
                        node.is(Node::Kind::list) ? "must be the number of an entry of the list, or the next one"
                                                  : "cannot be set: what it belongs to is a plain value");
    }
}

/// Entries of a list in their order, 2 before 10; names after numbers.
bool comes_first(const Setting& a, const Setting& b)
{
    const auto segment_before = [](const std::string& x, const std::string& y) {
        const auto i = index_of(x);
        const auto j = index_of(y);
        return i && j ? *i < *j : i.has_value() != j.has_value() ? i.has_value() : x < y;
    };
    return std::lexicographical_compare(a.path.begin(), a.path.end(), b.path.begin(), b.path.end(), segment_before);
}

} // namespace

void overlay_environment(Node& root, Reading& reading)
{
    std::vector<Setting> settings;
    for (const auto& [name, value] : reading.inputs().environment) {
        if (!name.starts_with(prefix) || name == "POLYGLANCE_CONFIG") {
            continue;
        }
        const std::string_view rest = std::string_view(name).substr(prefix.size());
        if (!rest.contains("__") && is_kubernetes_link(name)) {
            continue;
        }
        settings.push_back({split(lower(rest), "__"), value, "environment variable " + name, Layer::environment});
    }
    std::sort(settings.begin(), settings.end(), comes_first);
    for (const auto& setting : settings) {
        put(root, setting, 0, "", reading);
    }
}

void overlay_overrides(Node& root, Reading& reading)
{
    for (const auto& [key, value] : reading.inputs().overrides) {
        put(root, {split(key, "."), value, "command line", Layer::command_line}, 0, "", reading);
    }
}

} // namespace polyglance::config
