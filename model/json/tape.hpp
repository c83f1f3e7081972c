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

    /// Appends the value as JSON text: the same numbers digit for digit, strings with the same content. A number that
    /// no double holds (1e999) becomes text.
    void append_json(std::string& out) const;
    /// The same where it lies in the document as one piece of text; empty where it has to be put together.
    std::optional<std::string_view> json() const;

private:
    const Tape* tape_;
    std::uint32_t index_;
};

/// The values of one JSON document in one flat list. Texts point into the document, or into the tape where escapes
/// had to be undone: nothing is allocated per value. Filled by a TapeReader.
class Tape {
public:
    Tape() = default;
    Tape(Tape&&) = default;
    Tape& operator=(Tape&&) = default;
    Tape(const Tape&) = delete; // texts point into it
    Tape& operator=(const Tape&) = delete;

    bool empty() const { return nodes_.empty(); }
    Value root() const { return {*this, 0}; }
    /// False when the document is not UTF-8.
    bool valid_utf8() const;

    /// Reads one whole JSON document, and keeps a copy of it; empty when it is none or nests deeper than 64.
    static std::optional<Tape> parse(std::string_view document);

private:
    friend class Value;
    friend class Value::Iterator;
    friend class TapeReader;

    struct Node {
        std::string_view key;
        std::string_view text;
        std::uint32_t next = 0; // index behind this value and all inside it
        std::uint32_t count = 0;
        Kind kind = Kind::null;
    };

    /// Where one of its texts stands in quotes; empty when escapes had to be undone.
    std::optional<std::string_view> quoted(std::string_view text) const;
    void append_string(std::string& out, std::string_view text) const;

    std::string_view document_;
    std::vector<Node> nodes_;
    std::vector<char> unescaped_; // never grows beyond what it has reserved: texts point into it
    std::vector<char> copy_;      // of the document, where the tape outlives it
};

class Value::Iterator {
public:
    Iterator(const Tape& tape, std::uint32_t index) : tape_(&tape), index_(index) {}
    Value operator*() const { return {*tape_, index_}; }
    Iterator& operator++()
    {
        index_ = tape_->nodes_[index_].next;
        return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

private:
    const Tape* tape_;
    std::uint32_t index_;
};

inline Kind Value::kind() const
{
    return tape_->nodes_[index_].kind;
}

inline std::string_view Value::text() const
{
    return tape_->nodes_[index_].text;
}

inline std::string_view Value::key() const
{
    return tape_->nodes_[index_].key;
}

inline std::size_t Value::size() const
{
    return tape_->nodes_[index_].count;
}

inline Value::Iterator Value::begin() const
{
    return {*tape_, index_ + 1};
}

inline Value::Iterator Value::end() const
{
    return {*tape_, tape_->nodes_[index_].next};
}

} // namespace polyglance::json
