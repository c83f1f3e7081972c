#pragma once

#include <rapidcheck/Gen.h>

#include <memory>
#include <string>
#include <vector>

#include "cache/engine.hpp"
#include "tests/cache/oracle.hpp"

namespace polyglance::test {

/// The same sources twice: as plain lists for the oracle and as snapshots for the engine.
class World {
public:
    /// A source in `lost` has no snapshot and no images.
    explicit World(std::vector<PlainSource> sources, const std::vector<bool>& lost = {});

    const std::vector<PlainSource>& plain() const { return plain_; }
    QueryResult run(const Query& query, const std::optional<Position>& after, std::size_t limit, bool count) const;
    std::string uid(RowRef row) const;
    std::vector<std::string> uids(const QueryResult& result) const;

private:
    std::vector<PlainSource> plain_;
    std::vector<std::shared_ptr<const Snapshot>> snapshots_;
};

/// One to four sources of few, colliding images; some fields are not provided by some of them.
rc::Gen<std::vector<PlainSource>> any_sources();

} // namespace polyglance::test
