#include "adapters/os_names.hpp"

#include <algorithm>
#include <vector>

#include "adapters/distros.hpp"
#include "adapters/scalars.hpp"

namespace polyglance::wire {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_separator(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_separator(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

struct Range {
    std::size_t begin;
    std::size_t end;
};

/// Where `64bit`, `64 bit` or `64-bit` (or 32) stands as a word of its own.
std::optional<Range> find_bits(std::string_view text)
{
    const std::string folded = to_lower(text);
    const auto in_word = [&](std::size_t at) {
        return at < text.size() && (is_letter(text[at]) || is_digit(text[at]));
    };
    for (auto at = folded.find("bit"); at != std::string::npos; at = folded.find("bit", at + 1)) {
        const std::size_t gap = at > 0 && (text[at - 1] == ' ' || text[at - 1] == '-') ? 1 : 0;
        if (at < gap + 2 || in_word(at + 3)) {
            continue;
        }
        const std::size_t begin = at - gap - 2;
        const auto digits = text.substr(begin, 2);
        if ((digits == "32" || digits == "64") && (begin == 0 || !in_word(begin - 1))) {
            return Range{begin, at + 3};
        }
    }
    return std::nullopt;
}

bool same_platform(std::string_view word, std::string_view platform)
{
    const auto known = known_distro(word);
    return (known && known == known_distro(platform)) || fold_name(word) == fold_name(platform);
}

/// How many characters of `text` are the name of `platform`: the longest match that ends at the end of a word.
std::size_t platform_prefix(std::string_view text, std::string_view platform)
{
    constexpr int most_words = 4;
    std::size_t longest = 0;
    int words = 0;
    for (std::size_t end = 1; end <= text.size() && words < most_words; ++end) {
        const bool word_ends = is_letter(text[end - 1]) && (end == text.size() || !is_letter(text[end]));
        words += word_ends ? 1 : 0;
        if (word_ends && same_platform(text.substr(0, end), platform)) {
            longest = end;
        }
    }
    return longest;
}

std::vector<std::string_view> split_words(std::string_view text)
{
    std::vector<std::string_view> words;
    while (!(text = trim(text)).empty()) {
        const auto end = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_separator) - text.begin());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::optional<int> bits_of_suffix(std::string_view word)
{
    const auto lower = to_lower(word);
    if (lower == "x64") {
        return 64;
    }
    return lower == "x86" ? std::optional(32) : std::nullopt;
}

/// Takes the distribution, of one or two words, off the front of `words`.
std::optional<std::string_view> take_distro(std::vector<std::string_view>& words)
{
    for (const std::size_t count : {2U, 1U}) {
        if (words.size() <= count) {
            continue;
        }
        const auto* const begin = words.front().data();
        const auto* const end = words[count - 1].data() + words[count - 1].size();
        if (const auto distro = known_distro({begin, static_cast<std::size_t>(end - begin)})) {
            words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
            return distro;
        }
    }
    return std::nullopt;
}

} // namespace

OsVersion parse_os_version(std::string_view text, std::string_view platform)
{
    OsVersion out;
    std::string rest(text);
    if (const auto bits = find_bits(text)) {
        out.bits = text[bits->begin] == '6' ? 64 : 32;
        const bool blank_on_both_sides =
            bits->begin > 0 && text[bits->begin - 1] == ' ' && bits->end < text.size() && text[bits->end] == ' ';
        rest.erase(bits->begin, bits->end - bits->begin + (blank_on_both_sides ? 1 : 0));
    }
    const auto version = trim(std::string_view(rest).substr(platform_prefix(rest, platform)));
    if (!version.empty()) {
        out.version = std::string(version);
    }
    return out;
}

std::optional<NamedOs> parse_image_name(std::string_view name)
{
    auto words = split_words(name);
    NamedOs out;
    if (!words.empty() && (out.bits = bits_of_suffix(words.back()))) {
        words.pop_back();
    }
    const auto distro = take_distro(words);
    if (!distro) {
        return std::nullopt;
    }
    out.distro = *distro;
    const auto number =
        std::find_if(words.begin(), words.end(), [](std::string_view word) { return is_digit(word.front()); });
    if (number == words.end() || (number != words.begin() && out.distro != "windows")) {
        return std::nullopt;
    }
    for (const auto word : words) {
        out.version += out.version.empty() ? "" : " ";
        out.version += word;
    }
    return out;
}

std::optional<Architecture> architecture_for(std::optional<int> bits)
{
    if (!bits) {
        return std::nullopt;
    }
    return *bits == 64 ? Architecture::x86_64 : Architecture::i686;
}

} // namespace polyglance::wire
