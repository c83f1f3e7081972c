#pragma once

#include <memory>

#include "adapters/provider_adapter.hpp"

namespace polyglance::cloudimages {

/// Huawei IEC's list of the images of one cloud region. It cannot delete.
std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock);

const ProviderTraits& traits();

} // namespace polyglance::cloudimages
