// Images at rest: building a snapshot, merging the sources' orders into a page, joining its records.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/made_up.hpp"
#include "cache/engine.hpp"
#include "cache/record.hpp"
#include "cache/snapshot.hpp"

namespace polyglance::bench {
namespace {

constexpr std::size_t page_rows = 25;

std::shared_ptr<const Snapshot> build(const std::string& source, const std::vector<Image>& images, std::size_t first,
                                      std::size_t step)
{
    SnapshotBuilder builder({.source = source, .provider = Provider::glance, .region = std::nullopt});
    for (std::size_t i = first; i < images.size(); i += step) {
        builder.add(images[i]);
    }
    return builder.finish();
}

void build_snapshot(benchmark::State& state)
{
    const auto images = made_up_images(static_cast<std::size_t>(state.range(0)));
    while (state.KeepRunning()) {
        auto snapshot = build("os-a", images, 0, 1);
        benchmark::DoNotOptimize(snapshot);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}

/// A page of 25 from the middle of 20,000 images in so many sources, as JSON.
void merge_page(benchmark::State& state)
{
    const auto images = made_up_images(20'000);
    const auto count = static_cast<std::size_t>(state.range(0));
    std::vector<SourceInfo> infos(count);
    std::vector<std::shared_ptr<const Snapshot>> snapshots;
    std::vector<QuerySource> sources;
    for (std::size_t i = 0; i < count; ++i) {
        infos[i].id = "os-" + std::to_string(i);
        snapshots.push_back(build(infos[i].id, images, i, count));
        sources.push_back({.snapshot = snapshots.back().get(), .info = &infos[i]});
    }
    const Query query;
    const auto middle = run_query(sources, query, std::nullopt, images.size() / 2, false).next;
    while (state.KeepRunning()) {
        std::string out;
        std::string record;
        for (const auto row : run_query(sources, query, middle, page_rows, false).rows) {
            const auto& snapshot = *snapshots[row.source];
            record.clear();
            const auto basic = snapshot.append_record(record, row.row);
            append_projected(out, record, basic, Projection{});
        }
        benchmark::DoNotOptimize(out);
    }
}

BENCHMARK(build_snapshot)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(merge_page)->Arg(1)->Arg(4)->Arg(16)->Arg(64)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace polyglance::bench
