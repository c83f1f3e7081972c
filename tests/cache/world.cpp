#include "tests/cache/world.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "tests/support/generators.hpp"

namespace polyglance::test {
namespace {

SourceInfo info_of(std::string id, Provider provider)
{
    SourceInfo info;
    info.id = std::move(id);
    info.provider = provider;
    std::set<std::string> members;
    for (const auto& traits : all_fields()) {
        members.emplace(traits.member);
    }
    info.provides.assign(members.begin(), members.end());
    return info;
}

std::vector<PlainSource> make_sources()
{
    // '-' sorts before '~' and the rest behind it: source order is not uid order.
    std::vector<PlainSource> sources{{info_of("os-a", Provider::glance), {}},
                                     {info_of("os-a-b", Provider::nova), {}},
                                     {info_of("hw", Provider::cloudimages), {}},
                                     {info_of("ali", Provider::batchcompute), {}}};
    sources.resize(*rc::gen::element<std::size_t>(1, 2, 3, 4));
    for (auto& source : sources) {
        source.info.region = *rc::gen::element<std::optional<std::string>>(std::nullopt, "RegionOne", "cn");
        source.images = *colliding_images(12);
        if (*rc::gen::arbitrary<bool>()) {
            std::erase_if(source.info.provides, [](const auto&) { return *rc::gen::element(0, 1, 2, 3) == 0; });
        }
    }
    return sources;
}

} // namespace

World::World(std::vector<PlainSource> sources, const std::vector<bool>& lost) : plain_(std::move(sources))
{
    for (std::size_t i = 0; i < plain_.size(); ++i) {
        auto& source = plain_[i];
        if (i < lost.size() && lost[i]) {
            source.images.clear();
            snapshots_.push_back(nullptr);
            continue;
        }
        SnapshotBuilder builder({source.info.id, source.info.provider, source.info.region});
        std::ranges::for_each(source.images, [&](const Image& image) { builder.add(image); });
        snapshots_.push_back(builder.finish());
    }
}

QueryResult World::run(const Query& query, const std::optional<Position>& after, std::size_t limit, bool count) const
{
    std::vector<QuerySource> sources;
    for (std::size_t i = 0; i < plain_.size(); ++i) {
        sources.push_back({.snapshot = snapshots_[i].get(), .info = &plain_[i].info});
    }
    return run_query(sources, query, after, limit, count);
}

std::string World::uid(RowRef row) const
{
    return make_uid(plain_[row.source].info.id, snapshots_[row.source]->native_id(row.row));
}

std::vector<std::string> World::uids(const QueryResult& result) const
{
    std::vector<std::string> out;
    for (const auto row : result.rows) {
        out.push_back(uid(row));
    }
    return out;
}

rc::Gen<std::vector<PlainSource>> any_sources()
{
    return rc::gen::exec(make_sources);
}

} // namespace polyglance::test
