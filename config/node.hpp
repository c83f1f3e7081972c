#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polyglance::config {

/// Which layer a value came from; later ones win.
enum class Layer : std::uint8_t { file, environment, command_line };

struct Member;

/// One value of a configuration document, with the place it stands at. Scalars stay text: what a number or a word
/// means is decided by the key that asks for it.
struct Node {
    enum class Kind : std::uint8_t { null, scalar, list, map };

    Kind kind = Kind::null;
    Layer layer = Layer::file;
    bool expanded = false; ///< the text came out of `${...}`: it may be a secret and is never shown
    std::string text;      ///< of a scalar
    std::string where;     ///< "polyglance.yaml:12"; for a map's member the line of its key
    std::vector<Node> items;
    std::vector<Member> members; ///< in document order, keys unique

    bool is(Kind wanted) const { return kind == wanted; }
    /// The member of that key; null when there is none or this is no map.
    const Node* find(std::string_view key) const;
    Node* find(std::string_view key);
    void erase(std::string_view key);

    static Node scalar(std::string text, std::string where, Layer layer);
    static Node map(std::string where, Layer layer);
};

struct Member {
    std::string key;
    Node value;
};

/// Puts `top` over `base`: maps member by member, everything else as a whole.
void merge_over(Node& base, const Node& top);

/// Values in the whole tree, `node` itself included.
std::size_t count_nodes(const Node& node);

/// `pointer` with one more JSON pointer segment.
std::string pointer_to(std::string_view pointer, std::string_view segment);

} // namespace polyglance::config
