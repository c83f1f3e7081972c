#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polyglance::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

class Tape;

/// One value inside a Tape: a light handle, valid while the tape is neither changed nor destroyed.
class Value {
public:
    Value(const Tape& tape, std::uint32_t index) : tape_(&tape), index_(index) {}

    Kind kind() const;
    bool is(Kind wanted) const { return kind() == wanted; }
    /// The unescaped text of a string, the literal of a number ("12", "1e5"), "true"/"false"; "" for the others.
    std::string_view text() const;
    /// The name under which this value stands in its object; "" elsewhere.
    std::string_view key() const;
    /// Elements of an array or members of an object.
    std::size_t size() const;
    /// The number if it is written as an integer that fits; never goes through a double.
    std::optional<std::int64_t> as_int64() const;

    /// Members or elements in wire order.
    class Iterator;
    Iterator begin() const;
    Iterator end() const;
    /// The first member of that name; empty when there is none or this is no object.
    std::optional<Value> find(std::string_view name) const;

    /// Appends the value as JSON text: the same numbers digit for digit, strings with the same content.
    void append_json(std::string& out) const;

private:
    const Tape* tape_;
    std::uint32_t index_;
};

/// JSON values in one flat list with one text arena: built once per row, reused for the next, no allocation per value.
class Tape {
public:
    void clear();
    bool empty() const { return nodes_.empty(); }
    Value root() const { return {*this, 0}; }
    /// False when any text in it is not UTF-8.
    bool valid_utf8() const;
    std::size_t text_bytes() const { return text_.size(); }
    std::size_t node_count() const { return nodes_.size(); }

    // Building, in document order. Text may come in pieces.
    void key_piece(std::string_view piece);
    void text_piece(std::string_view piece);
    void put_scalar(Kind kind);
    void open(Kind kind);
    void close();
    std::size_t depth() const { return open_.size(); }

    /// Reads one whole JSON document; empty when it is none or nests deeper than 64.
    static std::optional<Tape> parse(std::string_view document);

private:
    friend class Value;
    friend class Value::Iterator;

    struct Node {
        Kind kind;
        std::uint32_t key, key_size;
        std::uint32_t text, text_size;
        std::uint32_t next; // index behind this value and all inside it
        std::uint32_t count;
    };

    Node& push(Kind kind);

    std::vector<Node> nodes_;
    std::vector<std::uint32_t> open_;
    std::string text_;
    std::uint32_t pending_key_ = 0, pending_key_size_ = 0; // key read, value not yet
    std::uint32_t pending_text_size_ = 0;                  // bytes of an unfinished scalar at the end of text_
};

class Value::Iterator {
public:
    Iterator(const Tape& tape, std::uint32_t index) : tape_(&tape), index_(index) {}
    Value operator*() const { return {*tape_, index_}; }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

private:
    const Tape* tape_;
    std::uint32_t index_;
};

} // namespace polyglance::json
