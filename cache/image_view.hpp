#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/fields.hpp"
#include "model/image.hpp"

namespace polyglance {

/// The key of `alt_ids` that Field::ecs_image_id stands for.
inline constexpr std::string_view ecs_image_id_name = "ecs_image_id";

/// An image whose texts lie elsewhere: what is packed, unpacked, rendered and indexed. Made to be used again for the
/// next image without giving its memory back.
struct ImageView {
    using Pair = std::pair<std::string_view, std::string_view>;
    struct LinkView {
        std::string_view rel;
        std::string_view href;
        std::optional<std::string_view> type;
    };

    /// By Field, words as their text; not for source fields, ecs_image_id and tag.
    std::array<FieldView, static_cast<std::size_t>(Field::count_)> values;
    std::vector<Pair> alt_ids;
    bool has_capabilities = false;                                    ///< false: the source cannot say
    std::vector<std::pair<std::string_view, FieldView>> capabilities; ///< a number is a boolean
    bool has_tags = false;                                            ///< false: the source cannot say
    std::vector<std::string_view> tags;
    std::vector<LinkView> links;
    std::vector<Pair> properties; ///< key, JSON text
    std::vector<std::string_view> inferred;
    std::deque<std::string> composed; ///< owns the texts that lie nowhere else in one piece

    ImageView() = default;
    explicit ImageView(const Image& image) { *this = look_at(image); }
    ImageView(const ImageView&) = delete; // it may look at its own `composed`
    ImageView& operator=(const ImageView&) = delete;
    /// Looks at what `image` looks at.
    ImageView& operator=(const WireImage& image);

    const FieldView& operator[](Field field) const { return values[static_cast<std::size_t>(field)]; }
    FieldView& operator[](Field field) { return values[static_cast<std::size_t>(field)]; }
    std::string_view native_id() const { return std::get<std::string_view>((*this)[Field::native_id]); }
    FieldView ecs_image_id() const;
    void clear();
    /// True when this can be rendered: all text is UTF-8, words are known, times can be written, properties are JSON.
    bool is_sound() const;
};

} // namespace polyglance
