#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace polyglance::bench {

/// What reading a Glance page costs at the least: Boost.JSON's push parser, fed in slices, its events turned into a
/// plain struct of sixteen fields and the tags, no checks, nothing normalised, nothing kept of the rest.
class PlainExtraction {
public:
    PlainExtraction();
    ~PlainExtraction();
    /// Throws when the page is no JSON.
    void feed(std::string_view slice);
    /// The number of images read.
    std::size_t finish();

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace polyglance::bench
