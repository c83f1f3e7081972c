#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "model/json/tape.hpp"

namespace polyglance::json {

/// Reads JSON documents, one after the other, each into the same tape.
/// Nesting is limited to 64. UTF-8 is not checked here (a bad row must not cost the page); bad syntax and unpaired
/// surrogate escapes are errors.
class TapeReader {
public:
    /// A document of more values is refused.
    explicit TapeReader(std::size_t max_values = SIZE_MAX);
    ~TapeReader();
    TapeReader(const TapeReader&) = delete;
    TapeReader& operator=(const TapeReader&) = delete;

    /// False when `document` is no JSON. Otherwise the tape holds it, pointing into `document`, until the next call.
    bool read(std::string_view document);
    const Tape& tape() const;
    Tape take() &&;

private:
    class Handler;
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace polyglance::json
