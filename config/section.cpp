#include "config/section.hpp"

#include <algorithm>

#include "config/address.hpp"
#include "config/near_miss.hpp"

namespace polyglance::config {
namespace {

/// ", got ..." for a message. Only what reads as a number, perhaps with a unit, is repeated: any other value in the
/// wrong place may be a secret.
std::string got(const Node& node)
{
    switch (node.kind) {
    case Node::Kind::null:
        return ", got nothing";
    case Node::Kind::list:
        return ", got a list";
    case Node::Kind::map:
        return ", got a mapping";
    case Node::Kind::scalar:
        break;
    }
    const std::string_view text = node.text;
    if (node.expanded || text.empty() || text.size() > 12) {
        return {};
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto others = std::count_if(text.begin() + 1, text.end(), [&](char c) { return !is_digit(c); });
    const bool number = (is_digit(text.front()) || text.front() == '-') && others <= 3 &&
                        std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    return number ? ", got '" + node.text + "'" : "";
}

} // namespace

Section::Section(Reading& reading, Place place, const std::string& parent_where)
    : reading_(&reading), place_(std::move(place)), where_(place_.node == nullptr ? parent_where : place_.node->where),
      problems_before_(reading.problem_count())
{
    if (place_.node != nullptr && !place_.node->is(Node::Kind::map)) {
        if (!place_.node->is(Node::Kind::null)) {
            reading.problem(place_.node->where, place_.pointer, "must be a mapping" + got(*place_.node));
        }
        place_.node = nullptr;
    }
}

const Node* Section::take(std::string_view key)
{
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        known_.emplace_back(key);
    }
    return place_.node == nullptr ? nullptr : place_.node->find(key);
}

bool Section::has(std::string_view key)
{
    return take(key) != nullptr;
}

void Section::problem(std::string_view key, std::string message, std::string suggestion)
{
    const Node* node = place_.node == nullptr ? nullptr : place_.node->find(key);
    reading_->problem(node == nullptr ? where_ : node->where, pointer_to(place_.pointer, key), std::move(message),
                      std::move(suggestion));
}

bool Section::require(std::string_view key, std::string_view what)
{
    if (take(key) == nullptr) {
        problem(key, "is required: " + std::string(what));
        return false;
    }
    return true;
}

void Section::expected(std::string_view key, const Node& found, std::string_view what)
{
    problem(key, "must be " + std::string(what) + got(found));
}

const Node* Section::scalar(std::string_view key, std::string_view what)
{
    const Node* node = take(key);
    if (node == nullptr || node->is(Node::Kind::scalar)) {
        return node;
    }
    expected(key, *node, what);
    return nullptr;
}

std::vector<Place> Section::list(std::string_view key, Lone lone)
{
    const Node* node = take(key);
    std::vector<Place> out;
    const std::string below = pointer_to(place_.pointer, key);
    if (node == nullptr || node->is(Node::Kind::null)) {
        return out;
    }
    if (node->is(Node::Kind::list)) {
        for (const auto& item : node->items) {
            out.push_back({&item, pointer_to(below, std::to_string(out.size()))});
        }
    } else if (node->is(Node::Kind::scalar) && node->layer != Layer::file) {
        std::string_view rest = node->text;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            pieces_.push_back(Node::scalar(std::string(rest.substr(0, comma)), node->where, node->layer));
            out.push_back({&pieces_.back(), below});
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    } else if (node->is(Node::Kind::scalar) && lone == Lone::allowed) {
        out.push_back({node, below});
    } else {
        expected(key, *node, "a list");
    }
    return out;
}

Section Section::section(std::string_view key)
{
    return {*reading_, {take(key), pointer_to(place_.pointer, key)}, where_};
}

void Section::finish(std::string_view of)
{
    if (place_.node == nullptr) {
        return;
    }
    for (const auto& [key, value] : place_.node->members) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) {
            continue;
        }
        const std::string suggestion = near_miss(key, known_);
        // A key without a value that resembles none of ours is likely a value that lost its key: not shown.
        const bool shown = !suggestion.empty() || !value.is(Node::Kind::null);
        reading_->problem(value.where, pointer_to(place_.pointer, shown ? shown_key(key) : "?"),
                          "unknown key" + (of.empty() ? "" : " for " + std::string(of)), suggestion);
    }
}

std::optional<std::string> entry_text(const Place& place, Reading& reading, std::string_view expected)
{
    if (place.node->is(Node::Kind::scalar)) {
        return place.node->text;
    }
    reading.problem(place.node->where, place.pointer, "must be " + std::string(expected) + got(*place.node));
    return std::nullopt;
}

} // namespace polyglance::config
