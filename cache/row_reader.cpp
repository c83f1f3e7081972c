#include <bit>

#include "cache/row_codec.hpp"
#include "cache/row_format.hpp"
#include "cache/varint.hpp"

namespace polyglance {
namespace {

std::int64_t unzigzag(std::uint64_t number)
{
    return static_cast<std::int64_t>(number >> 1 ^ (~(number & 1) + 1));
}

/// Takes a row apart. After the first thing that does not fit everything reads as nothing and `ok` stays false.
class Reader {
public:
    /// `into` owns the texts that are put together; null: there are none to read.
    Reader(std::string_view row, const SharedTexts* shared, ImageView* into) : rest_(row), shared_(shared), into_(into)
    {
    }

    std::uint64_t number()
    {
        std::uint64_t out = 0;
        if (!take_varint(rest_, out)) {
            fail();
        }
        return out;
    }
    std::string_view bytes(std::uint64_t size)
    {
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const auto out = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return out;
    }
    std::string_view text()
    {
        const auto head = number();
        switch (static_cast<TextForm>(head % 4)) {
        case TextForm::plain:
            return bytes(head / 4);
        case TextForm::shared:
            return shared(head / 4);
        case TextForm::about_id:
            return about_id(shared(head / 4), number());
        }
        fail();
        return {};
    }
    void skip(Field field)
    {
        const auto head = number();
        if (holds_text(field) && static_cast<TextForm>(head % 4) == TextForm::plain) {
            bytes(head / 4);
        }
    }
    /// Calls `take` for every element of a list. Each takes a byte at least, so a wild count ends soon.
    template <class Take>
    void list(std::uint64_t count, Take take)
    {
        for (; count > 0 && ok_; --count) {
            take();
        }
    }

    void fail()
    {
        ok_ = false;
        rest_ = {};
    }
    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view shared(std::uint64_t code)
    {
        if (shared_ == nullptr || code == null_code || code > shared_->size()) {
            fail();
            return {};
        }
        return shared_->text(static_cast<Code>(code));
    }
    std::string_view about_id(std::string_view around, std::uint64_t place)
    {
        if (into_ == nullptr || place > around.size()) {
            fail();
            return {};
        }
        auto& out = into_->composed.emplace_back();
        out.reserve(around.size() + into_->native_id().size());
        return out.append(around.substr(0, place)).append(into_->native_id()).append(around.substr(place));
    }

    std::string_view rest_;
    const SharedTexts* shared_;
    ImageView* into_;
    bool ok_ = true;
};

FieldView read_value(Reader& in, Field field)
{
    return holds_text(field) ? FieldView(in.text()) : FieldView(unzigzag(in.number()));
}

void read_fields(Reader& in, ImageView& into)
{
    for (auto presence = in.number(); presence != 0 && in.ok(); presence &= presence - 1) {
        const auto field = static_cast<Field>(std::countr_zero(presence));
        if (!is_stored(field)) {
            return in.fail();
        }
        into[field] = read_value(in, field);
    }
}

void read_lists(Reader& in, ImageView& into)
{
    const auto pair = [&in] {
        const auto first = in.text();
        return ImageView::Pair(first, in.text());
    };
    in.list(in.number(), [&] { into.alt_ids.push_back(pair()); });
    const auto capabilities = in.number();
    into.has_capabilities = capabilities > 0;
    in.list(into.has_capabilities ? capabilities - 1 : 0, [&] {
        const auto name = in.text();
        const auto kind = in.number(); // 0 and 1: a boolean; else a text
        into.capabilities.emplace_back(name,
                                       kind > 1 ? FieldView(in.text()) : FieldView(static_cast<std::int64_t>(kind)));
    });
    const auto tags = in.number();
    into.has_tags = tags > 0;
    in.list(into.has_tags ? tags - 1 : 0, [&] { into.tags.push_back(in.text()); });
    in.list(in.number(), [&] {
        auto& link = into.links.emplace_back();
        link.rel = in.text();
        link.href = in.text();
        if (in.number() != 0) {
            link.type = in.text();
        }
    });
    in.list(in.number(), [&] { into.properties.push_back(pair()); });
    in.list(in.number(), [&] { into.inferred.push_back(in.text()); });
}

} // namespace

bool unpack_row(std::string_view row, const SharedTexts* shared, ImageView& into)
{
    into.clear();
    Reader in(row, shared, &into);
    into[Field::native_id] = in.bytes(in.number());
    read_fields(in, into);
    read_lists(in, into);
    return in.ok() && in.at_end();
}

FieldView field_of(std::string_view row, const SharedTexts& shared, Field wanted)
{
    Reader in(row, &shared, nullptr);
    const auto native_id = in.bytes(in.number());
    if (wanted == Field::native_id) {
        return native_id;
    }
    for (auto presence = in.number(); presence != 0; presence &= presence - 1) {
        const auto field = static_cast<Field>(std::countr_zero(presence));
        if (field == wanted) {
            return read_value(in, field);
        }
        if (field > wanted && wanted != Field::ecs_image_id) {
            break;
        }
        in.skip(field);
    }
    FieldView found;
    for (auto left = wanted == Field::ecs_image_id ? in.number() : 0; left > 0; --left) {
        const auto kind = in.text();
        const auto id = in.text();
        if (kind == ecs_image_id_name && found.index() == 0) {
            found = id;
        }
    }
    return found;
}

std::string_view native_id_of(std::string_view row)
{
    std::uint64_t size = 0;
    take_varint(row, size);
    return row.substr(0, size);
}

} // namespace polyglance
