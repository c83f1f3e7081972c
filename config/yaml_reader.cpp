#include "config/yaml_reader.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>
#include <unordered_set>

namespace polyglance::config {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_nodes = 200'000;

std::string place_of(const std::string& name, const YAML::Mark& mark)
{
    return mark.is_null() ? name : name + ":" + std::to_string(mark.line + 1);
}

/// The members of `from` that `into` does not have itself.
void add_missing(Node& into, const Node& from)
{
    for (const auto& member : from.members) {
        if (into.find(member.key) == nullptr) {
            into.members.push_back(member);
        }
    }
}

/// Builds the tree from the parser's events. Throws YAML::ParserException for what makes the document unusable: the
/// parser's own way to stop, caught with its other errors.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const std::string& name, Reading& reading) : name_(name), reading_(reading) {}

    Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        if (wants_key()) {
            throw YAML::ParserException(mark, "a value without its key");
        }
        add(leaf(mark, Node::Kind::null), anchor, mark);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        if (wants_key()) {
            take_key(value, tag == "?", mark);
            return;
        }
        Node node = leaf(mark, Node::Kind::scalar);
        node.text = value;
        add(std::move(node), anchor, mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end() || wants_key()) {
            throw YAML::ParserException(mark, "an alias (*name) that stands inside its own anchor, or as a key");
        }
        count(count_nodes(found->second), mark); // before it is copied
        add(found->second, 0, mark);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(mark, Node::Kind::list, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(mark, Node::Kind::map, anchor);
    }
    void OnMapEnd() override
    {
        apply_merge_key();
        close();
    }

private:
    struct Frame {
        Node node;
        YAML::anchor_t anchor = 0;
        YAML::Mark mark;
        std::unordered_set<std::string> keys;
        std::optional<std::string> key; ///< read, its value is still to come
        std::string key_where;
        bool duplicate = false; ///< the value to come is dropped
        std::optional<Node> merge;
    };

    Node leaf(const YAML::Mark& mark, Node::Kind kind) const
    {
        Node node;
        node.kind = kind;
        node.where = place_of(name_, mark);
        return node;
    }

    bool wants_key() const { return !open_.empty() && open_.back().node.is(Node::Kind::map) && !open_.back().key; }

    std::string pointer() const
    {
        std::string out;
        for (const auto& frame : open_) {
            if (frame.key) {
                out = pointer_to(out, shown_key(*frame.key));
            } else if (frame.node.is(Node::Kind::list)) {
                out = pointer_to(out, std::to_string(frame.node.items.size()));
            }
        }
        return out;
    }

    void take_key(const std::string& key, bool plain, const YAML::Mark& mark)
    {
        Frame& frame = open_.back();
        frame.key_where = place_of(name_, mark);
        frame.key = key;
        frame.duplicate = !frame.keys.insert(key).second;
        if (frame.duplicate) {
            const Node* first = plain && key == "<<" ? nullptr : frame.node.find(key);
            reading_.problem(frame.key_where, pointer(),
                             "duplicate key" + (first == nullptr ? "" : ", first at " + first->where));
        }
    }

    void count(std::size_t more, const YAML::Mark& mark)
    {
        nodes_ += more;
        if (nodes_ > most_nodes) {
            throw YAML::ParserException(mark, "too many values");
        }
    }

    void add(Node node, YAML::anchor_t anchor, const YAML::Mark& mark)
    {
        count(1, mark);
        if (anchor != 0) {
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& frame = open_.back();
        if (frame.node.is(Node::Kind::list)) {
            frame.node.items.push_back(std::move(node));
            return;
        }
        node.where = frame.key_where;
        if (*frame.key == "<<") {
            frame.merge = std::move(node);
        } else if (!frame.duplicate) {
            frame.node.members.push_back({std::move(*frame.key), std::move(node)});
        }
        frame.key.reset();
    }

    void open(const YAML::Mark& mark, Node::Kind kind, YAML::anchor_t anchor)
    {
        if (wants_key()) {
            throw YAML::ParserException(mark, "a list or mapping as a key");
        }
        if (open_.size() >= deepest) {
            throw YAML::ParserException(mark, "nested too deeply");
        }
        Frame frame;
        frame.node = leaf(mark, kind);
        frame.anchor = anchor;
        frame.mark = mark;
        open_.push_back(std::move(frame));
    }

    void close()
    {
        Frame frame = std::move(open_.back());
        open_.pop_back();
        add(std::move(frame.node), frame.anchor, frame.mark);
    }

    void apply_merge_key()
    {
        Frame& frame = open_.back();
        if (!frame.merge) {
            return;
        }
        const std::vector<Node> sources =
            frame.merge->is(Node::Kind::list) ? frame.merge->items : std::vector{*frame.merge};
        for (const auto& source : sources) {
            if (!source.is(Node::Kind::map)) {
                throw YAML::ParserException(frame.mark, "'<<' takes a mapping or a list of mappings");
            }
            add_missing(frame.node, source);
        }
    }

    const std::string& name_;
    Reading& reading_;
    Node root_;
    std::vector<Frame> open_;
    std::unordered_map<YAML::anchor_t, Node> anchors_;
    std::size_t nodes_ = 0;
};

/// The parser puts pieces of the text behind a colon in some of its messages; that may be a piece of a password.
std::string without_content(const std::string& message)
{
    return message.substr(0, message.find(':'));
}

} // namespace

std::optional<Node> read_yaml(std::string_view text, const std::string& name, Reading& reading)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    if (text.contains('\0') || text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        reading.problem(name, "", "must be UTF-8 text");
        return std::nullopt;
    }
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        TreeBuilder builder(name, reading);
        if (!parser.HandleNextDocument(builder)) {
            return Node::map(name, Layer::file);
        }
        TreeBuilder second(name, reading);
        if (parser.HandleNextDocument(second)) {
            reading.problem(name, "", "must hold one YAML document, has more");
            return std::nullopt;
        }
        return builder.take();
    } catch (const YAML::Exception& e) {
        reading.problem(place_of(name, e.mark), "", "not valid YAML: " + without_content(e.msg));
        return std::nullopt;
    }
}

} // namespace polyglance::config
