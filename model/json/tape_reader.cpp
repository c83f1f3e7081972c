#include "model/json/tape_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

namespace polyglance::json {

namespace bj = boost::json;
using bj::error_code;

/// Boost.JSON's push parser calls this for every piece of the document.
class TapeReader::Handler {
public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = 64UL << 10;
    static constexpr std::size_t max_string_size = 16UL << 20;

    explicit Handler(std::size_t max_values) : max_values_(max_values) {}

    void begin(std::string_view document)
    {
        tape.document_ = document;
        tape.nodes_.clear();
        tape.unescaped_.clear();
        open_.clear();
        has_key_ = false;
        piece_begin_ = nullptr;
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& ec) { return open(Kind::object, ec); }
    bool on_object_end(std::size_t count, error_code&) { return close(count); }
    bool on_array_begin(error_code& ec) { return open(Kind::array, ec); }
    bool on_array_end(std::size_t count, error_code&) { return close(count); }
    bool on_key_part(bj::string_view s, std::size_t, error_code&) { return add_piece(s); }
    bool on_key(bj::string_view s, std::size_t, error_code& ec)
    {
        has_key_ = add_node(whole(s), ec);
        return has_key_;
    }
    bool on_string_part(bj::string_view s, std::size_t, error_code&) { return add_piece(s); }
    bool on_string(bj::string_view s, std::size_t, error_code& ec) { return push(Kind::string, whole(s), ec); }
    bool on_number_part(bj::string_view s, error_code&) { return add_piece(s); }
    bool on_int64(std::int64_t, bj::string_view s, error_code& ec) { return push(Kind::number, whole(s), ec); }
    bool on_uint64(std::uint64_t, bj::string_view s, error_code& ec) { return push(Kind::number, whole(s), ec); }
    bool on_double(double, bj::string_view s, error_code& ec) { return push(Kind::number, whole(s), ec); }
    bool on_bool(bool b, error_code& ec) { return push(Kind::boolean, b ? "true" : "false", ec); }
    bool on_null(error_code& ec) { return push(Kind::null, {}, ec); }
    bool on_comment_part(bj::string_view, error_code&) { return true; }
    bool on_comment(bj::string_view, error_code&) { return true; }

    Tape tape;

private:
    bool add_node(std::string_view key, error_code& ec)
    {
        if (tape.nodes_.size() >= max_values_) {
            ec = bj::error::test_failure;
            return false;
        }
        auto& node = tape.nodes_.emplace_back();
        node.key = key;
        node.next = static_cast<std::uint32_t>(tape.nodes_.size());
        return true;
    }

    bool push(Kind kind, std::string_view text, error_code& ec)
    {
        if (!has_key_ && !add_node({}, ec)) {
            return false;
        }
        has_key_ = false;
        tape.nodes_.back().text = text;
        tape.nodes_.back().kind = kind;
        return true;
    }

    bool open(Kind kind, error_code& ec)
    {
        const bool pushed = push(kind, {}, ec);
        open_.push_back(static_cast<std::uint32_t>(tape.nodes_.size()) - 1);
        return pushed;
    }

    bool close(std::size_t count)
    {
        auto& node = tape.nodes_[open_.back()];
        node.next = static_cast<std::uint32_t>(tape.nodes_.size());
        node.count = static_cast<std::uint32_t>(count);
        open_.pop_back();
        return true;
    }

    bool add_piece(bj::string_view s)
    {
        // A text is never longer than its escaped form: one document's fit into as many bytes as it has.
        tape.unescaped_.reserve(tape.document_.size());
        const auto at = tape.unescaped_.size();
        tape.unescaped_.insert(tape.unescaped_.end(), s.begin(), s.end());
        piece_begin_ = piece_begin_ != nullptr ? piece_begin_ : tape.unescaped_.data() + at;
        return true;
    }

    /// The text that ends with `s`. What the parser shows of the document stays where it is; what it had to unescape
    /// is in a buffer of its own.
    std::string_view whole(bj::string_view s)
    {
        const std::less_equal<> before;
        const auto* const end = tape.document_.data() + tape.document_.size();
        const bool in_document = before(tape.document_.data(), s.data()) && before(s.data() + s.size(), end);
        if (piece_begin_ == nullptr && in_document) {
            return {s.data(), s.size()};
        }
        add_piece(s);
        const auto* const begin = std::exchange(piece_begin_, nullptr);
        return {begin, static_cast<std::size_t>(tape.unescaped_.data() + tape.unescaped_.size() - begin)};
    }

    std::size_t max_values_;
    std::vector<std::uint32_t> open_;
    bool has_key_ = false;              // the last node has its key, its value is still to come
    const char* piece_begin_ = nullptr; // of a text whose end is still to come
};

namespace {

bj::parse_options options()
{
    bj::parse_options opts;
    opts.max_depth = 64;
    opts.allow_invalid_utf8 = true;
    return opts;
}

} // namespace

struct TapeReader::Parser {
    explicit Parser(std::size_t max_values) : core(options(), max_values) {}
    // Boost 1.81 marks "incomplete" by the address of the parser: a document that ends just there would never be whole.
    // With something of ours before it, no document can.
    char apart = 0;
    bj::basic_parser<Handler> core;
};

TapeReader::TapeReader(std::size_t max_values) : parser_(std::make_unique<Parser>(max_values)) {}
TapeReader::~TapeReader() = default;

bool TapeReader::read(std::string_view document)
{
    auto& core = parser_->core;
    core.reset();
    core.handler().begin(document);
    error_code ec;
    const auto used = core.write_some(false, document.data(), document.size(), ec);
    return !ec.failed() && used == document.size() && core.done();
}

const Tape& TapeReader::tape() const
{
    return parser_->core.handler().tape;
}

Tape TapeReader::take() &&
{
    return std::move(parser_->core.handler().tape);
}

} // namespace polyglance::json
