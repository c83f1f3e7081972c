#pragma once

#include <memory>

#include "adapters/provider_adapter.hpp"

namespace polyglance::glance {

/// OpenStack Glance v2 and Huawei IMS's dialect of it: the visible list, then the hidden one, and DELETE.
std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock);

const ProviderTraits& traits();

} // namespace polyglance::glance
