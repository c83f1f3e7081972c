#include "cache/engine.hpp"

#include <algorithm>

#include "cache/columns.hpp"
#include "cache/matcher.hpp"
#include "cache/source_rules.hpp"
#include "cache/walk.hpp"

namespace polyglance {
namespace {

/// The walks of all sources, the one that stands first in the order on top.
class Merge {
public:
    void add(SourceWalk& walk)
    {
        heap_.push_back(&walk);
        std::ranges::push_heap(heap_, is_behind);
    }
    bool empty() const { return heap_.empty(); }

    /// Takes the first walk out.
    SourceWalk& take()
    {
        std::ranges::pop_heap(heap_, is_behind);
        SourceWalk& first = *heap_.back();
        heap_.pop_back();
        return first;
    }

private:
    static bool is_behind(const SourceWalk* a, const SourceWalk* b) { return a->is_behind(*b); }

    std::vector<SourceWalk*> heap_;
};

Position position_of(const SourceWalk& walk)
{
    Position out;
    std::ranges::transform(walk.values(), std::back_inserter(out.values), to_value);
    out.uid = walk.uid();
    return out;
}

/// Takes up to `limit` rows off the merge. The last walk is moved on only to learn whether anything follows.
void fill_page(Merge& merge, std::size_t limit, QueryResult& result)
{
    while (!merge.empty() && result.rows.size() < limit) {
        SourceWalk& first = merge.take();
        result.rows.push_back(first.row());
        const bool full = result.rows.size() == limit;
        auto last = full ? std::optional(position_of(first)) : std::nullopt;
        if (full && !merge.empty()) {
            result.next = std::move(last);
        } else if (first.advance()) {
            result.next = std::move(last);
            merge.add(first);
        }
    }
}

/// The fields whose columns a query reads.
std::vector<Field> fields_read(const Query& query)
{
    std::vector<Field> out;
    for (const auto& filter : query.filters) {
        out.push_back(filter.field == Field::uid ? Field::native_id : filter.field);
    }
    for (const auto& key : query.sort.normalized().keys) {
        out.push_back(key.field);
    }
    if (!query.words.empty()) {
        const auto searched = searched_fields();
        out.insert(out.end(), searched.begin(), searched.end());
        out.push_back(Field::tag);
    }
    std::erase_if(out, is_source_field);
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

} // namespace

std::size_t rows_to_index(std::span<const QuerySource> sources, const Query& query)
{
    const auto fields = fields_read(query);
    std::size_t rows = 0;
    for (const auto& source : sources) {
        for (const auto field : fields) {
            rows += source.snapshot == nullptr || source.snapshot->columns().has(field) ? 0 : source.snapshot->size();
        }
    }
    return rows;
}

QueryResult run_query(std::span<const QuerySource> sources, const Query& query, const std::optional<Position>& after,
                      std::size_t limit, bool count)
{
    const SortSpec spec = query.sort.normalized();
    QueryResult result;
    std::vector<std::unique_ptr<SourceWalk>> walks;
    Merge merge;
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        result.satisfiable.push_back(is_satisfiable(*sources[i].info, query));
        if (count) {
            result.matched.push_back(0);
        }
        if (sources[i].snapshot == nullptr || !result.satisfiable.back()) {
            continue;
        }
        auto& walk = *walks.emplace_back(std::make_unique<SourceWalk>(sources[i], i, query, spec));
        if (count) {
            result.matched.back() = walk.count();
        }
        if (limit > 0 && walk.start(after)) {
            merge.add(walk);
        }
    }
    fill_page(merge, limit, result);
    return result;
}

} // namespace polyglance
