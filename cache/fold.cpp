#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "cache/query.hpp"

namespace polyglance {
namespace {

char fold_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string fold_all_ascii(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), fold_ascii);
    return out;
}

} // namespace

std::string fold_case(std::string_view text)
{
    const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) {
        return fold_all_ascii(text);
    }
    utf8proc_uint8_t* raw = nullptr;
    // No normalisation: each code point folds alone, so a folded piece of a text is a piece of the folded text.
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &raw, UTF8PROC_CASEFOLD);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> folded(raw, &std::free);
    if (size < 0) {
        return fold_all_ascii(text);
    }
    return {reinterpret_cast<const char*>(folded.get()), static_cast<std::size_t>(size)};
}

} // namespace polyglance
