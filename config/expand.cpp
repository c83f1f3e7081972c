#include "config/expand.hpp"

#include <algorithm>
#include <expected>

#include "config/address.hpp"
#include "config/files.hpp"

namespace polyglance::config {
namespace {

bool is_variable_name(std::string_view text)
{
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '_'; });
}

/// What stands for `${reference}`; the error says why nothing does.
std::expected<std::string, std::string> value_of(std::string_view reference, const Reading& reading)
{
    constexpr std::string_view file_prefix = "file:";
    if (reference.starts_with(file_prefix)) {
        auto text = read_secret_file(reading.resolve(reference.substr(file_prefix.size()), Layer::file));
        return text ? text : std::unexpected("the file named in ${file:...} " + text.error());
    }
    if (!is_variable_name(reference)) {
        return std::unexpected("'${' must go on as NAME} or file:/path}; write '$${' for the characters themselves");
    }
    const std::string* value = reading.environment(reference);
    if (value == nullptr) {
        return std::unexpected("the environment variable " + std::string(reference) + " is not set");
    }
    return *value;
}

void expand_scalar(Node& node, const std::string& pointer, Reading& reading)
{
    std::string out;
    std::string_view rest = node.text;
    bool replaced = false;
    for (auto at = rest.find("${"); at != std::string_view::npos; at = rest.find("${")) {
        if (at > 0 && rest[at - 1] == '$') {
            out.append(rest.substr(0, at - 1)).append("${");
            rest.remove_prefix(at + 2);
            continue;
        }
        const auto end = rest.find('}', at);
        const auto value =
            value_of(end == std::string_view::npos ? std::string_view{} : rest.substr(at + 2, end - at - 2), reading);
        node.expanded = true;
        if (!value) {
            reading.problem(node.where, pointer, value.error());
            return;
        }
        out.append(rest.substr(0, at)).append(*value);
        rest.remove_prefix(end + 1);
        replaced = true;
    }
    if (replaced || !out.empty()) {
        node.text = out.append(rest);
    }
}

void expand_below(Node& node, const std::string& pointer, Reading& reading)
{
    if (node.is(Node::Kind::scalar) && node.layer == Layer::file) {
        expand_scalar(node, pointer, reading);
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        expand_below(node.items[i], pointer_to(pointer, std::to_string(i)), reading);
    }
    for (auto& [key, value] : node.members) {
        expand_below(value, pointer_to(pointer, shown_key(key)), reading);
    }
}

} // namespace

void expand_references(Node& root, Reading& reading)
{
    expand_below(root, "", reading);
}

} // namespace polyglance::config
