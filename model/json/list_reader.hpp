#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/json/bracket_scanner.hpp"
#include "model/json/tape.hpp"
#include "model/json/tape_reader.hpp"

namespace polyglance::json {

/// Reads a listing, an object with one long array in it, row by row and in slices: memory is one row, not one page.
///
/// The list is the first top-level member named in `list_members` that holds an array (its elements are the rows) or an
/// object (it is the only row: Huawei prints `"image": {...}` where a list belongs). A bare top-level array is taken as
/// the list itself. All other top-level members are kept for `rest()`.
///
/// Two levels: rows are cut out by their brackets first, and only those that nobody knows yet are read as JSON.
class ListReader {
public:
    struct Limits {
        std::size_t row_bytes = 1UL << 20;   ///< one row, as sent
        std::size_t row_values = 20'000;     ///< values in one row
        std::size_t rest_bytes = 64UL << 10; ///< everything beside the list, as sent
    };
    /// Asked for each row, with its bytes as sent. True: these very bytes were read before, they are not read again.
    using IsKnown = std::function<bool(std::string_view bytes)>;
    /// Called for each other row; the tape lives until the call returns. It may hold text that is not UTF-8.
    using OnRow = std::function<void(const Tape& row)>;

    ListReader(std::vector<std::string_view> list_members, OnRow on_row, IsKnown is_known = nullptr);
    ListReader(std::vector<std::string_view> list_members, OnRow on_row, IsKnown is_known, Limits limits);
    ListReader(const ListReader&) = delete;
    ListReader& operator=(const ListReader&) = delete;

    /// Errors: upstream_protocol on bad JSON in a row or past a limit.
    Result<void> feed(std::string_view slice);
    /// Call once after the last slice. Errors: upstream_protocol when what stands beside the rows is bad JSON, the
    /// document is incomplete or holds no list.
    Result<void> finish();
    /// The top-level members beside the list, which is null in there; valid after `finish`.
    Value rest() const { return rest_.tape().root(); }
    std::size_t rows() const { return rows_; }

private:
    enum class Place : std::uint8_t {
        beside,       ///< the list
        first_row,    ///< or the end of an empty list
        row,          ///< behind a comma
        in_container, ///< a row that is an array or object
        in_string,
        in_literal,
        behind_row,
        in_only_row, ///< the object that stands for a list
    };

    std::size_t read_beside(std::string_view bytes);
    std::size_t read_between(std::string_view bytes);
    std::size_t read_row(std::string_view bytes);
    std::size_t find_row_end(std::string_view bytes);
    bool enter_list(char first);
    bool follow(char c);
    bool names_the_list(std::string_view quoted);
    void end_row(std::string_view bytes);
    void fail(std::string_view why);

    std::vector<std::string_view> list_members_;
    OnRow on_row_;
    IsKnown is_known_;
    Limits limits_;

    Place place_ = Place::beside;
    BracketScanner brackets_;
    TapeReader row_;
    std::string row_begin_; ///< of a row that goes on in the next slice
    bool escaped_ = false;  ///< in a string: a backslash came before
    std::size_t rows_ = 0;
    bool list_found_ = false;
    std::string failure_; ///< why; "" while all is well

    // Beside the list. Only what it takes to know the top-level names; `finish` reads the text as JSON.
    std::string rest_text_;
    TapeReader rest_;
    std::size_t depth_ = 0;
    bool in_text_ = false;
    bool is_value_ = false;   ///< at the top level, behind a colon
    std::size_t text_at_ = 0; ///< where in `rest_text_` the last string begins
    std::size_t text_end_ = 0;
};

} // namespace polyglance::json
