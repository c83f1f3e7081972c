#pragma once

#include <memory>

#include "adapters/provider_adapter.hpp"

namespace polyglance::batchcompute {

/// Alibaba BatchCompute's list: the system's images, then the account's own. It cannot delete.
std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock);

const ProviderTraits& traits();

} // namespace polyglance::batchcompute
