#pragma once

#include <memory>
#include <string_view>

#include "model/json/tape.hpp"

namespace polyglance::json {

/// Receives a JSON document as it is read. A function that returns false stops the reader.
class Events {
public:
    virtual ~Events() = default;
    virtual bool open(Kind kind) = 0; ///< an array or object begins
    virtual bool close() = 0;         ///< the innermost one ends
    virtual bool key_piece(std::string_view piece, bool last) = 0;
    virtual bool text_piece(std::string_view piece) = 0; ///< of the scalar that ends next
    virtual bool scalar(Kind kind) = 0;                  ///< a scalar ends
};

/// Reads JSON in slices of any size, without a buffer for the document. Nesting is limited to 64. UTF-8 is not checked
/// here (a bad row must not cost the page); bad syntax and unpaired surrogate escapes are errors.
class EventReader {
public:
    explicit EventReader(Events& events);
    ~EventReader();
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;

    /// False on bad JSON, on text behind the document, or when the receiver stopped. Then it stays false.
    bool feed(std::string_view slice);
    /// Call once, at the end. False when the document is not complete.
    bool finish();

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace polyglance::json
