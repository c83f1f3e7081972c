#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cache/image_view.hpp"
#include "cache/shared_texts.hpp"
#include "model/digest.hpp"

namespace polyglance {

/// Writes images as rows: a few hundred bytes each that hold everything a record shows, without the names of its
/// members. Layout, all numbers in 7-bit groups, low group first:
///
///   native id    length, bytes
///   presence     one bit per field that has a value
///   fields       texts and numbers (zigzag) in the order of `Field`
///   lists        count first (count + 1 for tags and capabilities, 0 = the source cannot say)
///
/// A text is one number n and perhaps more: n % 4 == 0: code n / 4 of the shared texts; 1: n / 4 bytes follow; 2: like
/// 0, with the native id put in at the place that the next number says.
class RowPacker {
public:
    /// `shared` may be null: then every text stands in the row itself, and equal images give equal rows. Outlives this.
    explicit RowPacker(SharedTexts* shared) : shared_(shared) {}

    /// Appends the row.
    void pack(const ImageView& image, std::string& out);
    /// Names what the image packed last says: the same whatever texts were shared.
    RowDigest content() const;

private:
    void put(std::string& out, const FieldView& value);
    void put_number(std::string& out, std::uint64_t number);
    void put_text(std::string& out, std::string_view text);
    void put_text_about(std::string& out, std::string_view text, std::string_view native_id);
    void put_plain(std::string& out, std::string_view text);
    void put_lists(std::string& out, const ImageView& image);

    /// What stood at one place of the row before: images that follow each other are much alike, and to compare with the
    /// last text costs less than to look it up.
    struct Last {
        std::string_view text; // shared
        std::uint64_t hash = 0;
        Code code = null_code;
        std::uint32_t misses = 0; // in a row
    };

    SharedTexts* shared_;
    std::vector<Last> last_;             // one per text of a row
    std::size_t place_ = 0;              // of the next text
    std::vector<std::uint64_t> content_; // numbers, and hashes of texts
    std::string without_id_;
};

/// Reads a row back. False when it is not one, whatever its bytes are. `into` looks at the row and the shared texts
/// (may be null, as above).
bool unpack_row(std::string_view row, const SharedTexts* shared, ImageView& into);

/// One field of a row that `pack` has written; the texts lie in the row or are shared.
FieldView field_of(std::string_view row, const SharedTexts& shared, Field field);
std::string_view native_id_of(std::string_view row);

} // namespace polyglance
