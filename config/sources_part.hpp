#pragma once

#include "config/clouds.hpp"
#include "config/section.hpp"
#include "config/source_rules.hpp"

namespace polyglance::config {

/// `sources`: one source per entry, or per region of an entry with `regions`.
void read_sources(Section& top, const CacheConfig& cache, Clouds& clouds, SourceList& out);

/// `openstack`: one source per included entry of clouds.yaml, region and service. The id is the entry's name, then the
/// region when the entry has several, then the service when several are wanted: see `make_source_id`.
void read_openstack(Section section, const CacheConfig& cache, Clouds& clouds, SourceList& out);

} // namespace polyglance::config
