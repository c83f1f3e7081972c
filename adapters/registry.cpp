#include <algorithm>
#include <array>

#include "adapters/batchcompute/adapter.hpp"
#include "adapters/cloudimages/adapter.hpp"
#include "adapters/glance/adapter.hpp"
#include "adapters/nova/adapter.hpp"
#include "adapters/provider_adapter.hpp"

namespace polyglance {
namespace {

struct AdapterKind {
    Provider provider;
    const ProviderTraits& (*traits)();
    std::vector<std::string_view> (*provides)(const SourceConfig&);
    std::unique_ptr<ProviderAdapter> (*make)(const SourceConfig&, HttpClient&, const Clock&);
};

template <const ProviderTraits& (*traits)()>
std::vector<std::string_view> all_of(const SourceConfig&)
{
    return traits().provides;
}

constexpr std::array<AdapterKind, 4> kinds{
    {{Provider::nova, nova::traits, nova::provides, nova::make_adapter},
     {Provider::glance, glance::traits, all_of<glance::traits>, glance::make_adapter},
     {Provider::cloudimages, cloudimages::traits, all_of<cloudimages::traits>, cloudimages::make_adapter},
     {Provider::batchcompute, batchcompute::traits, all_of<batchcompute::traits>, batchcompute::make_adapter}}};

const AdapterKind& kind_of(Provider provider)
{
    return *std::find_if(kinds.begin(), kinds.end(),
                         [&](const AdapterKind& kind) { return kind.provider == provider; });
}

} // namespace

const ProviderTraits& traits_of(Provider provider)
{
    return kind_of(provider).traits();
}

std::vector<std::string_view> provides_of(const SourceConfig& config)
{
    return kind_of(config.provider).provides(config);
}

std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock)
{
    return kind_of(config.provider).make(config, http, clock);
}

} // namespace polyglance
