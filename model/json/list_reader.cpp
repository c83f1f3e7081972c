#include "model/json/list_reader.hpp"

#include <algorithm>
#include <string>

namespace polyglance::json {

/// Sends every event to the tape it belongs to: the row being read, or the rest.
class ListReader::Dispatcher final : public Events {
public:
    explicit Dispatcher(ListReader& owner) : owner_(owner) {}

    bool open(Kind kind) override
    {
        if (place_ == Place::document) {
            place_ = kind == Kind::array ? Place::list : Place::top;
            owner_.list_found_ = kind == Kind::array;
            owner_.rest_.open(Kind::object);
            bare_ = kind == Kind::array;
            return true;
        }
        if (place_ == Place::top && at_list_key()) {
            owner_.list_found_ = true;
            key_.clear();
            if (kind == Kind::array) {
                place_ = Place::list;
                return true;
            }
            place_ = Place::only_row;
            owner_.row_.open(kind);
            return true;
        }
        if (place_ == Place::list) {
            place_ = Place::row;
        }
        flush_key();
        target().open(kind);
        return within_limits();
    }

    bool close() override
    {
        switch (place_) {
        case Place::document:
            return true;
        case Place::list:
            place_ = bare_ ? Place::document : Place::top;
            return true;
        case Place::top:
            owner_.rest_.close();
            if (owner_.rest_.depth() == 0) {
                place_ = Place::document;
            }
            return true;
        case Place::row:
        case Place::only_row:
            break;
        }
        owner_.row_.close();
        return owner_.row_.depth() > 0 || end_row();
    }

    bool key_piece(std::string_view piece, bool) override
    {
        if (place_ == Place::top && owner_.rest_.depth() == 1) {
            key_ += piece; // held back: it may name the list
            return true;
        }
        target().key_piece(piece);
        return within_limits();
    }

    bool text_piece(std::string_view piece) override
    {
        flush_key();
        target().text_piece(piece);
        return within_limits();
    }

    bool scalar(Kind kind) override
    {
        flush_key();
        target().put_scalar(kind);
        return place_ == Place::list ? end_row() : within_limits();
    }

private:
    enum class Place { document, top, list, row, only_row };

    Tape& target() { return place_ == Place::top || place_ == Place::document ? owner_.rest_ : owner_.row_; }

    bool at_list_key() const
    {
        return owner_.rest_.depth() == 1 && !owner_.list_found_ &&
               std::find(owner_.list_members_.begin(), owner_.list_members_.end(), key_) != owner_.list_members_.end();
    }

    void flush_key()
    {
        if (!key_.empty()) {
            owner_.rest_.key_piece(key_);
            key_.clear();
        }
    }

    bool within_limits()
    {
        if (owner_.row_.text_bytes() > owner_.limits_.row_bytes ||
            owner_.row_.node_count() > owner_.limits_.row_values) {
            owner_.limit_hit_ = "a row of the listing is too large";
        } else if (owner_.rest_.text_bytes() + key_.size() > owner_.limits_.rest_bytes ||
                   owner_.rest_.node_count() > owner_.limits_.row_values) {
            owner_.limit_hit_ = "the members beside the list are too large";
        }
        return owner_.limit_hit_ == nullptr;
    }

    bool end_row()
    {
        ++owner_.rows_;
        owner_.on_row_(owner_.row_);
        owner_.row_.clear();
        place_ = place_ == Place::only_row ? Place::top : Place::list;
        return true;
    }

    ListReader& owner_;
    Place place_ = Place::document;
    bool bare_ = false;
    std::string key_;
};

ListReader::ListReader(std::vector<std::string_view> list_members, OnRow on_row)
    : ListReader(std::move(list_members), std::move(on_row), Limits{})
{
}

ListReader::ListReader(std::vector<std::string_view> list_members, OnRow on_row, Limits limits)
    : list_members_(std::move(list_members)), on_row_(std::move(on_row)), limits_(limits),
      dispatcher_(std::make_unique<Dispatcher>(*this)), reader_(std::make_unique<EventReader>(*dispatcher_))
{
}

Result<void> ListReader::refuse(std::string_view why) const
{
    return failure(ErrorClass::upstream_protocol, std::string(limit_hit_ != nullptr ? limit_hit_ : why));
}

Result<void> ListReader::feed(std::string_view slice)
{
    if (!reader_->feed(slice)) {
        return refuse("the listing is not valid JSON");
    }
    return {};
}

Result<void> ListReader::finish()
{
    if (!reader_->finish()) {
        return refuse("the listing is not complete JSON");
    }
    if (!list_found_) {
        return refuse("the answer holds no list of images");
    }
    return {};
}

} // namespace polyglance::json
