#include "model/json/tape.hpp"

#include <charconv>

#include "model/json/events.hpp"
#include "model/json/write.hpp"

namespace polyglance::json {

Kind Value::kind() const
{
    return tape_->nodes_[index_].kind;
}

std::string_view Value::text() const
{
    const auto& node = tape_->nodes_[index_];
    return std::string_view(tape_->text_).substr(node.text, node.text_size);
}

std::string_view Value::key() const
{
    const auto& node = tape_->nodes_[index_];
    return std::string_view(tape_->text_).substr(node.key, node.key_size);
}

std::size_t Value::size() const
{
    return tape_->nodes_[index_].count;
}

std::optional<std::int64_t> Value::as_int64() const
{
    const auto literal = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(literal.data(), literal.data() + literal.size(), value);
    if (kind() != Kind::number || error != std::errc{} || end != literal.data() + literal.size()) {
        return std::nullopt;
    }
    return value;
}

Value::Iterator Value::begin() const
{
    return {*tape_, index_ + 1};
}

Value::Iterator Value::end() const
{
    return {*tape_, tape_->nodes_[index_].next};
}

Value::Iterator& Value::Iterator::operator++()
{
    index_ = tape_->nodes_[index_].next;
    return *this;
}

std::optional<Value> Value::find(std::string_view name) const
{
    if (!is(Kind::object)) {
        return std::nullopt;
    }
    for (const Value member : *this) {
        if (member.key() == name) {
            return member;
        }
    }
    return std::nullopt;
}

void Value::append_json(std::string& out) const
{
    switch (kind()) {
    case Kind::null:
        out += "null";
        return;
    case Kind::boolean:
    case Kind::number:
        out += text();
        return;
    case Kind::string:
        append_quoted(out, text());
        return;
    case Kind::array:
    case Kind::object:
        break;
    }
    const bool object = is(Kind::object);
    out += object ? '{' : '[';
    bool first = true;
    for (const Value member : *this) {
        if (!first) {
            out += ',';
        }
        first = false;
        if (object) {
            append_quoted(out, member.key());
            out += ':';
        }
        member.append_json(out);
    }
    out += object ? '}' : ']';
}

void Tape::clear()
{
    nodes_.clear();
    open_.clear();
    text_.clear();
    pending_key_ = pending_key_size_ = pending_text_size_ = 0;
}

bool Tape::valid_utf8() const
{
    return json::valid_utf8(text_);
}

void Tape::key_piece(std::string_view piece)
{
    if (pending_key_size_ == 0) {
        pending_key_ = static_cast<std::uint32_t>(text_.size());
    }
    text_ += piece;
    pending_key_size_ += static_cast<std::uint32_t>(piece.size());
}

void Tape::text_piece(std::string_view piece)
{
    text_ += piece;
    pending_text_size_ += static_cast<std::uint32_t>(piece.size());
}

Tape::Node& Tape::push(Kind kind)
{
    if (!open_.empty()) {
        ++nodes_[open_.back()].count;
    }
    const auto text_at = static_cast<std::uint32_t>(text_.size()) - pending_text_size_;
    nodes_.push_back({.kind = kind,
                      .key = pending_key_,
                      .key_size = pending_key_size_,
                      .text = text_at,
                      .text_size = pending_text_size_,
                      .next = static_cast<std::uint32_t>(nodes_.size()) + 1,
                      .count = 0});
    pending_key_ = pending_key_size_ = pending_text_size_ = 0;
    return nodes_.back();
}

void Tape::put_scalar(Kind kind)
{
    push(kind);
}

void Tape::open(Kind kind)
{
    push(kind);
    open_.push_back(static_cast<std::uint32_t>(nodes_.size()) - 1);
}

void Tape::close()
{
    nodes_[open_.back()].next = static_cast<std::uint32_t>(nodes_.size());
    open_.pop_back();
}

std::optional<Tape> Tape::parse(std::string_view document)
{
    struct Builder final : Events {
        Tape tape;
        bool open(Kind kind) override { return tape.open(kind), true; }
        bool close() override { return tape.close(), true; }
        bool key_piece(std::string_view piece, bool) override { return tape.key_piece(piece), true; }
        bool text_piece(std::string_view piece) override { return tape.text_piece(piece), true; }
        bool scalar(Kind kind) override { return tape.put_scalar(kind), true; }
    } builder;
    EventReader reader(builder);
    if (!reader.feed(document) || !reader.finish()) {
        return std::nullopt;
    }
    return std::move(builder.tape);
}

} // namespace polyglance::json
