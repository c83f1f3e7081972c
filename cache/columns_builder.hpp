#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "cache/columns.hpp"
#include "cache/interner.hpp"
#include "model/image.hpp"

namespace polyglance {

/// Takes the fields of images apart into columns, as the images come.
class ColumnsBuilder {
public:
    /// False, and nothing is taken, when an image of that native id is already there.
    bool add(const Image& image);
    bool contains(std::string_view native_id) const { return native_ids().interner.find(native_id) != null_code; }
    std::size_t size() const { return native_ids().codes.size(); }

    /// Final row -> place in the order of `add`.
    std::vector<std::uint32_t> row_order() const;
    /// `row_order` as above.
    Columns finish(const std::vector<std::uint32_t>& row_order) const;

private:
    template <class T>
    struct Collected {
        Interner<T> interner;
        std::vector<Code> codes; // one per image, in the order of `add`
    };
    using Texts = Collected<std::string_view>;
    using Numbers = Collected<std::int64_t>;
    struct Tags {
        Interner<std::string_view> interner;
        std::vector<Code> codes;
        std::vector<std::uint32_t> ends;
        std::vector<bool> known;
    };

    const Texts& native_ids() const { return texts_[static_cast<std::size_t>(Field::native_id)]; }
    void put(Field field, std::optional<std::string_view> value);
    void put(Field field, std::optional<std::int64_t> value);
    void put_texts(const Image& image);
    void put_words(const Image& image);
    void put_numbers(const Image& image);
    void put_tags(const Image& image);
    TagLists finish_tags(const std::vector<std::uint32_t>& row_order) const;

    std::array<Texts, static_cast<std::size_t>(Field::count_)> texts_;
    std::array<Numbers, static_cast<std::size_t>(Field::count_)> numbers_;
    Tags tags_;
};

} // namespace polyglance
