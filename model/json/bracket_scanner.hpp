#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace polyglance::json {

/// Finds where an array or object ends, in slices of any size, without reading what is in it: 64 bytes at a time, it
/// only tells strings from brackets. The end it finds is the right one for every valid document; for an invalid one it
/// is some place or none, and whoever reads the bytes will see that they are bad.
class BracketScanner {
public:
    /// The next byte is the opening bracket.
    void begin() { *this = {}; }
    /// How many bytes of `bytes` belong to the value when it ends in them; npos when it goes on.
    std::size_t find_end(std::string_view bytes);

private:
    struct Block;
    std::size_t find_end_in(const Block& block, unsigned size);
    std::uint64_t take_escaped(std::uint64_t backslashes, unsigned size);

    std::uint64_t depth_ = 0;
    std::uint64_t in_string_ = 0; ///< all ones inside a string
    bool escaped_ = false;        ///< the next byte is
};

} // namespace polyglance::json
