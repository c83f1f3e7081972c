#include "cache/packed_rows.hpp"

#include "cache/varint.hpp"

namespace polyglance {

std::string_view PackedRow::row() const
{
    constexpr std::size_t longest_varint = 10;
    std::string_view framed(bytes, longest_varint);
    std::uint64_t size = 0;
    take_varint(framed, size);
    return {framed.data(), size};
}

std::size_t PackedRows::memory_bytes() const
{
    std::size_t bytes = rows.capacity() * sizeof(PackedRow) + texts->memory_bytes();
    for (const auto& block : blocks) {
        bytes += block->memory_bytes();
    }
    return bytes;
}

RowCollector::RowCollector(const SharedTexts* before) : texts_(std::make_shared<SharedTexts>(before)) {}

PackedRow RowCollector::add(const ImageView& image, RowDigest digest)
{
    row_.clear();
    packer_.pack(image, row_);
    framed_.clear();
    append_varint(framed_, row_.size());
    framed_ += row_;
    ++packed_;
    return {.bytes = block_->append(framed_).data(), .digest = digest, .content = packer_.content()};
}

void RowCollector::hand_over(PackedRows& into)
{
    texts_->seal();
    into.texts = std::move(texts_);
    into.blocks.push_back(std::move(block_));
    into.packed += packed_;
}

} // namespace polyglance
