// Listing pages of the four providers, from the socket's slices to records.
#include <nlohmann/json.hpp>

#include <algorithm>

#include "adapters/page_decoder.hpp"
#include "cache/snapshot.hpp"
#include "fuzz/targets.hpp"
#include "model/json/write.hpp"

namespace polyglance::fuzz {
namespace {

constexpr std::size_t max_page_bytes = 1UL << 20;

/// Collects images the way a refresh does.
class Receiver final : public ImageReceiver {
public:
    explicit Receiver(std::shared_ptr<const Snapshot> previous = nullptr)
        : builder_({"fuzz", Provider::glance, "here"}, std::move(previous))
    {
    }
    std::optional<std::string_view> keep(RowDigest digest) override { return builder_.keep(digest); }
    void take(const WireImage& image, RowDigest digest) override { builder_.add(image, digest); }
    std::shared_ptr<const Snapshot> finish() { return builder_.finish(); }

private:
    SnapshotBuilder builder_;
};

bool read_page(const PageFormat& format, std::string_view bytes, std::size_t slice, Receiver& receiver)
{
    PageDecoder decoder(format, receiver, max_page_bytes);
    for (std::size_t at = 0; at < bytes.size(); at += slice) {
        if (!decoder.on_slice(bytes.substr(at, slice))) {
            return false;
        }
    }
    return decoder.finish().has_value();
}

void check_page(Provider provider, std::string_view bytes)
{
    const auto format = page_format_of(provider, {.own_project = "me"});
    if (bytes.empty()) {
        return;
    }
    const std::size_t slice = 1 + static_cast<unsigned char>(bytes.front()) % 61;
    bytes.remove_prefix(1);

    Receiver whole;
    Receiver sliced;
    const bool good = read_page(format, bytes, std::max<std::size_t>(bytes.size(), 1), whole);
    must(good == read_page(format, bytes, slice, sliced), "a page reads alike however it is cut into slices");
    const auto snapshot = whole.finish();
    must(snapshot->content_hash() == sliced.finish()->content_hash(), "and gives the same images");
    for (std::uint32_t row = 0; row < snapshot->size(); ++row) {
        std::string record;
        snapshot->append_record(record, row);
        must(json::valid_utf8(record), "a record is valid UTF-8");
        must(nlohmann::json::accept(record), "a record is JSON");
    }
    if (good) {
        Receiver again(snapshot);
        must(read_page(format, bytes, slice, again), "the same page again is as good");
        must(again.finish()->content_hash() == snapshot->content_hash(), "and what is kept is what was read");
    }
}

} // namespace

void glance_page(std::string_view bytes)
{
    check_page(Provider::glance, bytes);
}

void nova_page(std::string_view bytes)
{
    check_page(Provider::nova, bytes);
}

void cloudimages_page(std::string_view bytes)
{
    check_page(Provider::cloudimages, bytes);
}

void batchcompute_page(std::string_view bytes)
{
    check_page(Provider::batchcompute, bytes);
}

} // namespace polyglance::fuzz
