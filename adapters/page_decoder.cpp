#include "adapters/page_decoder.hpp"

#include "adapters/upstream_error.hpp"

namespace polyglance {
namespace {

/// Digests live on in Redis: to be raised whenever any provider's `decode` reads something else from the same bytes, so
/// that no image stays as an older version read it.
constexpr std::uint64_t decoding_version = 3;

} // namespace

PageDecoder::PageDecoder(PageFormat format, ImageReceiver& receiver, std::size_t max_bytes)
    : format_(std::move(format)), receiver_(receiver), max_bytes_(max_bytes),
      reader_(
          format_.list_members, [this](const json::Tape& tape) { on_row(tape); },
          [this](std::string_view row) { return is_known(row); })
{
}

Result<void> PageDecoder::on_slice(std::string_view slice)
{
    bytes_ += slice.size();
    if (bytes_ > max_bytes_) {
        return failure(ErrorClass::upstream_protocol, "a page of the listing is too large");
    }
    const auto first = begun_ ? std::string_view::npos : slice.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos) {
        begun_ = true;
        if (slice[first] == '[' && !format_.bare_array) {
            return failure(ErrorClass::upstream_protocol, "the answer holds no list of images");
        }
    }
    return reader_.feed(slice);
}

Result<void> PageDecoder::finish()
{
    auto complete = reader_.finish();
    if (complete && rows() == 0 && fault_in(rest())) {
        return failure(ErrorClass::upstream_protocol, "the answer is an error under status 200");
    }
    return complete;
}

ImagePage PageDecoder::page() const
{
    return {.rows = rows(), .rejected = rejected_, .kept = kept_, .bytes = bytes_, .next_marker = ""};
}

bool PageDecoder::is_known(std::string_view row)
{
    digest_ = digest_row(row, format_.pass + (decoding_version << 32U));
    const auto id = receiver_.keep(digest_);
    if (id) {
        ++kept_;
        last_id_ = *id;
    }
    return id.has_value();
}

void PageDecoder::on_row(const json::Tape& tape)
{
    const json::Value row = tape.root();
    if (!row.is(json::Kind::object) || !tape.valid_utf8()) {
        ++rejected_;
        return;
    }
    const auto* const image = format_.decode(row);
    if (image == nullptr) {
        if (const auto id = row.find(format_.id_member); id && !id->text().empty()) {
            last_id_ = id->text();
        }
        ++rejected_;
        return;
    }
    last_id_ = image->native_id;
    receiver_.take(*image, digest_);
}

} // namespace polyglance
