#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/json/events.hpp"
#include "model/json/tape.hpp"

namespace polyglance::json {

/// Reads a listing, an object with one long array in it, row by row and in slices: memory is one row, not one page.
///
/// The list is the first top-level member named in `list_members` that holds an array (its elements are the rows) or an
/// object (it is the only row: Huawei prints `"image": {...}` where a list belongs). A bare top-level array is taken as
/// the list itself. All other top-level members are kept for `rest()`.
class ListReader {
public:
    struct Limits {
        std::size_t row_bytes = 1UL << 20;   ///< text of one row
        std::size_t row_values = 20'000;     ///< values in one row
        std::size_t rest_bytes = 64UL << 10; ///< text of everything beside the list
    };
    /// Called for each row; the tape lives until the call returns. It may hold text that is not UTF-8.
    using OnRow = std::function<void(const Tape& row)>;

    ListReader(std::vector<std::string_view> list_members, OnRow on_row);
    ListReader(std::vector<std::string_view> list_members, OnRow on_row, Limits limits);
    ListReader(const ListReader&) = delete;
    ListReader& operator=(const ListReader&) = delete;

    /// Errors: upstream_protocol on bad JSON or past a limit.
    Result<void> feed(std::string_view slice);
    /// Call once after the last slice. Errors: upstream_protocol when the document is incomplete or holds no list.
    Result<void> finish();
    /// The top-level members beside the list, as an object; valid after `finish`.
    Value rest() const { return rest_.root(); }
    std::size_t rows() const { return rows_; }

private:
    class Dispatcher;

    Result<void> refuse(std::string_view why) const;

    std::vector<std::string_view> list_members_;
    OnRow on_row_;
    Limits limits_;
    Tape row_;
    Tape rest_;
    std::size_t rows_ = 0;
    bool list_found_ = false;
    const char* limit_hit_ = nullptr;
    std::unique_ptr<Events> dispatcher_;
    std::unique_ptr<EventReader> reader_;
};

} // namespace polyglance::json
