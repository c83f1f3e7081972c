// Reading a provider's page into images, and writing one. The unit of all is one image.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "adapters/page_decoder.hpp"
#include "adapters/provider_adapter.hpp"
#include "bench/micro/glance_page.hpp"
#include "bench/micro/made_up.hpp"
#include "bench/micro/plain_extraction.hpp"

namespace polyglance::bench {
namespace {

constexpr std::size_t slice = 16UL << 10; // what comes off a socket at a time
constexpr std::size_t page_rows = 500;

template <class Feed>
void in_slices(std::string_view page, Feed feed)
{
    for (std::size_t at = 0; at < page.size(); at += slice) {
        feed(page.substr(at, slice));
    }
}

/// Knows no row, so that every one is decoded.
class Counter final : public ImageReceiver {
public:
    std::optional<std::string_view> keep(RowDigest) override { return std::nullopt; }
    void take(const WireImage& image, RowDigest) override
    {
        benchmark::DoNotOptimize(&image);
        ++images;
    }
    std::size_t images = 0;
};

std::size_t decode_page(Provider provider, const std::string& page)
{
    Counter counter;
    PageDecoder decoder(page_format_of(provider), counter, page.size());
    in_slices(page, [&](std::string_view piece) {
        if (!decoder.on_slice(piece)) {
            throw std::runtime_error("a page was refused");
        }
    });
    if (!decoder.finish()) {
        throw std::runtime_error("a page was refused at its end");
    }
    return counter.images;
}

void per_image(benchmark::State& state, std::size_t images, std::size_t bytes)
{
    const auto rounds = static_cast<std::int64_t>(state.iterations());
    state.SetItemsProcessed(rounds * static_cast<std::int64_t>(images));
    state.SetBytesProcessed(rounds * static_cast<std::int64_t>(bytes));
}

void decode(benchmark::State& state, Provider provider)
{
    const auto page = page_of(provider, made_up_images(page_rows));
    std::size_t images = 0;
    while (state.KeepRunning()) {
        images = decode_page(provider, page);
    }
    per_image(state, images, page.size());
}

void encode(benchmark::State& state, Provider provider)
{
    const auto images = made_up_images(page_rows);
    std::size_t bytes = 0;
    while (state.KeepRunning()) {
        auto page = page_of(provider, images);
        benchmark::DoNotOptimize(page);
        bytes = page.size();
    }
    per_image(state, images.size(), bytes);
}

void ingest_glance(benchmark::State& state)
{
    const auto page = read_glance_page();
    std::size_t images = 0;
    while (state.KeepRunning()) {
        images = decode_page(Provider::glance, page);
    }
    per_image(state, images, page.size());
}

void ingest_glance_bare(benchmark::State& state)
{
    const auto page = read_glance_page();
    std::size_t images = 0;
    while (state.KeepRunning()) {
        PlainExtraction extraction;
        in_slices(page, [&](std::string_view piece) { extraction.feed(piece); });
        images = extraction.finish();
    }
    per_image(state, images, page.size());
}

BENCHMARK_CAPTURE(decode, nova, Provider::nova);
BENCHMARK_CAPTURE(decode, glance, Provider::glance);
BENCHMARK_CAPTURE(decode, cloudimages, Provider::cloudimages);
BENCHMARK_CAPTURE(decode, batchcompute, Provider::batchcompute);
BENCHMARK_CAPTURE(encode, nova, Provider::nova);
BENCHMARK_CAPTURE(encode, glance, Provider::glance);
BENCHMARK_CAPTURE(encode, cloudimages, Provider::cloudimages);
BENCHMARK_CAPTURE(encode, batchcompute, Provider::batchcompute);
BENCHMARK(ingest_glance);
BENCHMARK(ingest_glance_bare);

} // namespace
} // namespace polyglance::bench
