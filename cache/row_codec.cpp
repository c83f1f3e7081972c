#include "cache/row_codec.hpp"

#include <bit>

#include "cache/columns.hpp"
#include "cache/varint.hpp"

namespace polyglance {
namespace {

enum class TextForm : std::uint8_t { shared, plain, about_id };

constexpr bool is_stored(Field field)
{
    return !is_source_field(field) && field != Field::native_id && field != Field::ecs_image_id &&
           field != Field::tag && field != Field::count_;
}

/// Shorter ids turn up in texts by chance.
constexpr std::size_t least_telling_id = 8;

bool is_text(Field field)
{
    const auto type = traits_of(field).type;
    return type == FieldType::text || type == FieldType::word;
}

std::uint64_t zigzag(std::int64_t number)
{
    return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}

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
        if (is_text(field) && static_cast<TextForm>(head % 4) == TextForm::plain) {
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
    return is_text(field) ? FieldView(in.text()) : FieldView(unzigzag(in.number()));
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

void RowPacker::put_number(std::string& out, std::uint64_t number)
{
    content_.push_back(number);
    append_varint(out, number);
}

void RowPacker::put_text(std::string& out, std::string_view text)
{
    if (place_ == last_.size()) {
        last_.emplace_back();
    }
    auto& last = last_[place_++];
    if (last.code != null_code && last.text == text) {
        content_.push_back(last.hash);
        append_varint(out, std::uint64_t{last.code} * 4);
        return;
    }
    const auto hash = hash_of(text);
    content_.push_back(hash);
    const Code code = shared_ != nullptr ? shared_->share(text, hash) : null_code;
    if (code != null_code) {
        append_varint(out, std::uint64_t{code} * 4);
        last = {.text = shared_->text(code), .hash = hash, .code = code};
    } else {
        put_plain(out, text);
    }
}

void RowPacker::put_text_about(std::string& out, std::string_view text, std::string_view native_id)
{
    const bool may_name_it =
        shared_ != nullptr && native_id.size() >= least_telling_id && text.size() > native_id.size();
    const auto place = may_name_it ? text.find(native_id) : std::string_view::npos;
    if (place == std::string_view::npos) {
        put_text(out, text);
        return;
    }
    content_.push_back(hash_of(text));
    without_id_.assign(text.substr(0, place)).append(text.substr(place + native_id.size()));
    const Code code = shared_->share(without_id_, hash_of(std::string_view(without_id_)));
    if (code != null_code) {
        append_varint(out, std::uint64_t{code} * 4 + static_cast<unsigned>(TextForm::about_id));
        append_varint(out, place);
    } else {
        put_plain(out, text);
    }
}

void RowPacker::put_plain(std::string& out, std::string_view text)
{
    append_varint(out, text.size() * 4 + static_cast<unsigned>(TextForm::plain));
    out += text;
}

void RowPacker::put(std::string& out, const FieldView& value)
{
    if (const auto* const text = std::get_if<std::string_view>(&value)) {
        put_text(out, *text);
    } else {
        put_number(out, zigzag(std::get<std::int64_t>(value)));
    }
}

void RowPacker::pack(const ImageView& image, std::string& out)
{
    content_.clear();
    place_ = 0;
    const auto native_id = image.native_id();
    content_.push_back(hash_of(native_id));
    append_varint(out, native_id.size());
    out += native_id;
    std::uint64_t presence = 0;
    for (std::size_t i = 0; i < image.values.size(); ++i) {
        if (is_stored(static_cast<Field>(i)) && image.values[i].index() != 0) {
            presence |= std::uint64_t{1} << i;
        }
    }
    put_number(out, presence);
    for (; presence != 0; presence &= presence - 1) {
        put(out, image.values[static_cast<std::size_t>(std::countr_zero(presence))]);
    }
    put_lists(out, image);
}

void RowPacker::put_lists(std::string& out, const ImageView& image)
{
    put_number(out, image.alt_ids.size());
    for (const auto& [kind, id] : image.alt_ids) {
        put_text(out, kind);
        put_text(out, id);
    }
    put_number(out, image.has_capabilities ? image.capabilities.size() + 1 : 0);
    for (const auto& [name, content] : image.capabilities) {
        put_text(out, name);
        if (const auto* const truth = std::get_if<std::int64_t>(&content)) {
            put_number(out, static_cast<std::uint64_t>(*truth));
        } else {
            put_number(out, 2);
            put_text(out, std::get<std::string_view>(content));
        }
    }
    put_number(out, image.has_tags ? image.tags.size() + 1 : 0);
    for (const auto tag : image.tags) {
        put_text(out, tag);
    }
    put_number(out, image.links.size());
    for (const auto& link : image.links) {
        put_text(out, link.rel);
        put_text_about(out, link.href, image.native_id());
        put_number(out, link.type ? 1 : 0);
        if (link.type) {
            put_text(out, *link.type);
        }
    }
    put_number(out, image.properties.size());
    for (const auto& [key, json] : image.properties) {
        put_text(out, key);
        put_text_about(out, json, image.native_id());
    }
    put_number(out, image.inferred.size());
    for (const auto member : image.inferred) {
        put_text(out, member);
    }
}

RowDigest RowPacker::content() const
{
    return digest_of(content_);
}

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
