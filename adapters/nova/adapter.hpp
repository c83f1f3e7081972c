#pragma once

#include <memory>

#include "adapters/provider_adapter.hpp"

namespace polyglance::nova {

/// OpenStack Nova's image proxy: the list (detailed or brief) and DELETE, on OpenStack and Huawei ECS.
std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock);

const ProviderTraits& traits();
/// The brief list tells less than the detailed one.
std::vector<std::string_view> provides(const SourceConfig& config);

} // namespace polyglance::nova
