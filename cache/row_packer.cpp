#include <bit>

#include "cache/row_codec.hpp"
#include "cache/row_format.hpp"
#include "cache/varint.hpp"

namespace polyglance {
namespace {

/// Shorter ids turn up in texts by chance.
constexpr std::size_t least_telling_id = 8;

/// A place whose texts were not shared so many times in a row holds what each row has for itself, ids and checksums:
/// looking them up is left out, but for one in a few.
constexpr std::uint32_t most_misses = 256;
constexpr std::uint32_t look_again_every = 16;

std::uint64_t zigzag(std::int64_t number)
{
    return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
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
    const bool worth_a_look = last.misses < most_misses || last.misses % look_again_every == 0;
    const Code code = shared_ != nullptr && worth_a_look ? shared_->share(text, hash) : null_code;
    if (code != null_code) {
        append_varint(out, std::uint64_t{code} * 4);
        last = {.text = shared_->text(code), .hash = hash, .code = code, .misses = 0};
    } else {
        ++last.misses;
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

} // namespace polyglance
