// How long uncached queries take: each one timed by itself, because percentiles are what matters here.
// query_latency IMAGES QUERIES; prints JSON with the 50th and 99th percentile in microseconds of CPU time of the
// thread.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/micro/made_up.hpp"
#include "cache/engine.hpp"
#include "cache/snapshot.hpp"

namespace polyglance::bench {
namespace {

constexpr std::size_t source_count = 4;
constexpr std::size_t page_rows = 50;

struct Condition {
    std::string_view field;
    std::string_view text;
};
using Conditions = std::vector<Condition>;

// From none to four conditions; some match a third of all images, some one in ten thousand.
const std::vector<Conditions>& indexed_mixes()
{
    static const std::vector<Conditions> mixes{
        {},
        {{"status", "active"}},
        {{"os.distro", "ubuntu"}, {"visibility", "public"}, {"status", "active"}},
        {{"architecture", "aarch64"}, {"disk_format", "raw"}, {"protected", "true"}},
        {{"owner", "00000000000000000000000000000007"}},
        {{"os.distro", "in:debian,fedora"}, {"min_ram_mib", "lte:1024"}},
        {{"size_bytes", "gte:1000000000"}, {"size_bytes", "lt:1200000000"}},
        {{"created_at", "gte:2024-12-20T00:00:00Z"}, {"visibility", "neq:public"}},
        {{"tag", "lts"}, {"firmware", "bios"}, {"os.version", "12"}, {"status", "active"}},
        {{"min_disk_gib", "17"}, {"owner", "00000000000000000000000000000011"}},
        {{"description", "null:false"}, {"os.family", "windows"}},
        {{"status", "deactivated"}, {"architecture", "aarch64"}, {"owner", "00000000000000000000000000000009"}},
    };
    return mixes;
}

const std::vector<Conditions>& substring_mixes()
{
    static const std::vector<Conditions> mixes{
        {{"name", "contains:buntu"}},
        {{"name", "contains:9.3-1"}, {"status", "active"}},
        {{"name", "contains:no such name"}},
        {{"name", "prefix:debian-12-9"}},
        {{"name", "contains:-77"}, {"visibility", "public"}},
    };
    return mixes;
}

constexpr std::array<std::string_view, 7> sorts{"created_at:desc", "name",       "size_bytes:desc",  "os.distro,name",
                                                "updated_at:desc", "owner,name", "status,created_at"};

class Field {
public:
    explicit Field(std::size_t images)
    {
        for (std::size_t s = 0; s < source_count; ++s) {
            auto& info = infos_.at(s);
            info.id = "os-" + std::to_string(s);
            for (const auto& traits : all_fields()) {
                info.provides.emplace_back(traits.member);
            }
            std::ranges::sort(info.provides);
            SnapshotBuilder builder({.source = info.id, .provider = Provider::glance, .region = std::nullopt});
            for (std::size_t i = s; i < images; i += source_count) {
                builder.add(made_up_image(i));
            }
            snapshots_.push_back(builder.finish());
            sources_.push_back({.snapshot = snapshots_.back().get(), .info = &info});
        }
    }

    /// The place of some image in that order, different for every `number`.
    Position place(const SortSpec& spec, std::size_t number) const
    {
        const auto& snapshot = *snapshots_.at(number % source_count);
        const auto row = static_cast<std::uint32_t>(number * 7919 % snapshot.size());
        Position out{.values = {}, .uid = make_uid(infos_.at(number % source_count).id, snapshot.native_id(row))};
        for (const auto& key : spec.normalized().keys) {
            out.values.push_back(snapshot.value(row, key.field));
        }
        return out;
    }

    double microseconds(const Query& query, const std::optional<Position>& after, bool total) const
    {
        const auto began = now_us();
        const auto result = run_query(sources_, query, after, page_rows, total);
        const auto took = now_us() - began;
        rows_ += result.rows.size();
        return took;
    }
    std::size_t rows() const { return rows_; }

private:
    static double now_us()
    {
        timespec at{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
        return static_cast<double>(at.tv_sec) * 1e6 + static_cast<double>(at.tv_nsec) * 1e-3;
    }

    std::array<SourceInfo, source_count> infos_;
    std::vector<std::shared_ptr<const Snapshot>> snapshots_;
    std::vector<QuerySource> sources_;
    mutable std::size_t rows_ = 0;
};

Query query_of(const Conditions& conditions, std::string_view sort)
{
    Query query;
    for (const auto& [name, text] : conditions) {
        auto filter = parse_filter(field_from(name).value(), text);
        query.filters.push_back(std::get<Filter>(std::move(filter)));
    }
    query.sort.keys = std::get<std::vector<SortKey>>(parse_sort(sort));
    return query;
}

/// Percentiles over `count` queries that go round all mixes, all sorts, and places from the top to the end.
/// `total`: with the exact number of all images that match, as the API gives it unless told not to.
std::string measure(const Field& field, const std::vector<Conditions>& mixes, std::size_t count, bool total)
{
    std::vector<Query> queries;
    for (const auto& mix : mixes) {
        for (const auto sort : sorts) {
            queries.push_back(query_of(mix, sort));
            field.microseconds(queries.back(), std::nullopt, total); // what is made on first ask is there now
        }
    }
    std::vector<double> took;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& query = queries[i % queries.size()];
        const auto turn = i / queries.size();
        const auto after = turn % 4 == 0 ? std::nullopt : std::optional(field.place(query.sort, i));
        took.push_back(field.microseconds(query, after, total));
    }
    std::ranges::sort(took);
    return fmt::format(R"({{"p50_us":{:.2f},"p99_us":{:.2f},"queries":{}}})", took[count / 2], took[count * 99 / 100],
                       count);
}

} // namespace
} // namespace polyglance::bench

int main(int count, char** arguments)
{
    using namespace polyglance::bench;
    if (count != 3) {
        fmt::print(stderr, "usage: query_latency IMAGES QUERIES\n");
        return 2;
    }
    const auto images = std::strtoull(arguments[1], nullptr, 10);
    const auto queries = std::strtoull(arguments[2], nullptr, 10);
    const Field field(images);
    const auto indexed = measure(field, indexed_mixes(), queries, true);
    const auto uncounted = measure(field, indexed_mixes(), queries, false);
    const auto substring = measure(field, substring_mixes(), queries, true);
    fmt::print("{{\"images\":{},\"indexed\":{},\"indexed_without_total\":{},\"substring\":{},\"rows\":{}}}\n", images,
               indexed, uncounted, substring, field.rows());
    return 0;
}
