#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "config/node.hpp"
#include "config/reading.hpp"

namespace polyglance::config {

/// One value and the JSON pointer it stands at.
struct Place {
    const Node* node;
    std::string pointer;
};

/// What may be in a secret, by where it goes.
enum class SecretUse : std::uint8_t {
    header, ///< printable ASCII: anything else could break out of a header
    text,   ///< a password in a JSON body or a Redis command: no CR, LF or NUL
    bytes,  ///< a key
};

/// One mapping of the configuration while it is read. Each reader leaves `out` alone when the key is absent, and
/// reports a value of the wrong kind or range; the keys asked for are the known ones, and `finish` reports the rest.
class Section {
public:
    /// `place.node` may be null: an absent section reads as an empty one, and its problems stand at `parent_where`.
    Section(Reading& reading, Place place, const std::string& parent_where = {});
    Section(Section&&) = default;
    Section& operator=(Section&&) = default;

    Reading& reading() { return *reading_; }
    const std::string& pointer() const { return place_.pointer; }
    /// Where the section itself stands.
    const std::string& where() const { return where_; }
    bool present() const { return place_.node != nullptr; }
    /// The key is there, whatever its value. Makes it a known one.
    bool has(std::string_view key);
    /// No problem was reported through this section since it was opened: its values may be compared with each other.
    bool sound() const { return reading_->problem_count() == problems_before_; }

    void problem(std::string_view key, std::string message, std::string suggestion = {});
    /// The key must be there, with a value; false and a problem when not.
    bool require(std::string_view key, std::string_view what);

    bool text(std::string_view key, std::string& out);
    /// `text` that must not be empty.
    bool name(std::string_view key, std::string& out);
    void flag(std::string_view key, bool& out);
    void duration(std::string_view key, std::chrono::milliseconds& out, std::chrono::milliseconds least,
                  std::chrono::milliseconds most);
    void size(std::string_view key, std::size_t& out, std::size_t least, std::size_t most);
    void percent(std::string_view key, unsigned& out);
    template <std::unsigned_integral Number>
    void count(std::string_view key, Number& out, Number least, Number most)
    {
        std::uint64_t wide = out;
        wide_count(key, wide, least, most);
        out = static_cast<Number>(wide);
    }
    template <class Enum>
    void word(std::string_view key, Enum& out, std::span<const std::pair<std::string_view, Enum>> words)
    {
        std::vector<std::string> names;
        for (const auto& [name, value] : words) {
            names.emplace_back(name);
        }
        if (const auto index = word_index(key, names)) {
            out = words[*index].second;
        }
    }
    /// The place of the value among `words`; empty when absent or none of them.
    std::optional<std::size_t> word_index(std::string_view key, std::span<const std::string> words);

    /// A secret, given as `key` or as `key`_file.
    void secret(std::string_view key, Secret& out, SecretUse use);
    /// A certificate file; `out` becomes its absolute path. It must hold a certificate.
    void ca_file(std::string_view key, std::string& out);

    /// A certificate and its private key; the outs become absolute paths. They must fit each other.
    void certificate_files(std::string_view certificate_key, std::string& certificate, std::string_view key_key,
                           std::string& key);

    enum class Lone : std::uint8_t { refused, allowed };
    /// The entries of a list. Outside the file a list is text with commas. A lone value counts as a list of one where
    /// that is `allowed`. `has` tells an empty list from an absent one.
    std::vector<Place> list(std::string_view key, Lone lone);
    Section section(std::string_view key);

    /// Reports every key nobody asked for. `of` names what it would have to be a key of, "auth type 'aksk'"; may be "".
    void finish(std::string_view of = {});

private:
    const Node* take(std::string_view key);
    /// The scalar under `key`; null when absent, and with a problem when it is something else.
    const Node* scalar(std::string_view key, std::string_view expected);
    void expected(std::string_view key, const Node& got, std::string_view what);
    void wide_count(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most);
    void check_secret(std::string_view key, const std::string& value, SecretUse use);

    Reading* reading_;
    Place place_;
    std::string where_;
    std::size_t problems_before_;
    std::vector<std::string> known_;
    std::deque<Node> pieces_; ///< of lists given as text with commas; places point into it
};

/// A single value that is known to be there, such as a list's entry, as text. Empty, with a problem, when it is none.
std::optional<std::string> entry_text(const Place& place, Reading& reading, std::string_view expected);

} // namespace polyglance::config
