#include "config/node.hpp"

#include <algorithm>

namespace polyglance::config {

const Node* Node::find(std::string_view key) const
{
    const auto found = std::find_if(members.begin(), members.end(), [key](const Member& m) { return m.key == key; });
    return found == members.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key)
{
    return const_cast<Node*>(static_cast<const Node&>(*this).find(key));
}

void Node::erase(std::string_view key)
{
    std::erase_if(members, [key](const Member& m) { return m.key == key; });
}

Node Node::scalar(std::string text, std::string where, Layer layer)
{
    Node out;
    out.kind = Kind::scalar;
    out.layer = layer;
    out.text = std::move(text);
    out.where = std::move(where);
    return out;
}

Node Node::map(std::string where, Layer layer)
{
    Node out;
    out.kind = Kind::map;
    out.layer = layer;
    out.where = std::move(where);
    return out;
}

void merge_over(Node& base, const Node& top)
{
    if (!base.is(Node::Kind::map) || !top.is(Node::Kind::map)) {
        base = top;
        return;
    }
    for (const auto& member : top.members) {
        if (Node* below = base.find(member.key)) {
            merge_over(*below, member.value);
        } else {
            base.members.push_back(member);
        }
    }
}

std::size_t count_nodes(const Node& node)
{
    std::size_t count = 1;
    for (const auto& item : node.items) {
        count += count_nodes(item);
    }
    for (const auto& member : node.members) {
        count += count_nodes(member.value);
    }
    return count;
}

std::string pointer_to(std::string_view pointer, std::string_view segment)
{
    std::string out(pointer);
    out.push_back('/');
    for (const char c : segment) {
        if (c == '~' || c == '/') {
            out += c == '~' ? "~0" : "~1";
        } else {
            out.push_back(c);
        }
    }
    return out;
}

} // namespace polyglance::config
