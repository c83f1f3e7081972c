#include <algorithm>
#include <array>

#include "adapters/batchcompute/adapter.hpp"
#include "adapters/batchcompute/decode.hpp"
#include "adapters/cloudimages/adapter.hpp"
#include "adapters/cloudimages/decode.hpp"
#include "adapters/glance/adapter.hpp"
#include "adapters/glance/decode.hpp"
#include "adapters/nova/adapter.hpp"
#include "adapters/nova/decode.hpp"
#include "adapters/provider_adapter.hpp"

namespace polyglance {
namespace {

struct AdapterKind {
    Provider provider;
    const ProviderTraits& (*traits)();
    std::vector<std::string_view> (*provides)(const SourceConfig&);
    std::unique_ptr<ProviderAdapter> (*make)(const SourceConfig&, HttpClient&, const Clock&);
    PageFormat (*page_format)(const DecodeContext&);
};

template <const ProviderTraits& (*traits)()>
std::vector<std::string_view> all_of(const SourceConfig&)
{
    return traits().provides;
}

constexpr std::array<AdapterKind, 4> kinds{
    {{Provider::nova, nova::traits, nova::provides, nova::make_adapter, nova::page_format},
     {Provider::glance, glance::traits, all_of<glance::traits>, glance::make_adapter, glance::page_format},
     {Provider::cloudimages, cloudimages::traits, all_of<cloudimages::traits>, cloudimages::make_adapter,
      cloudimages::page_format},
     {Provider::batchcompute, batchcompute::traits, all_of<batchcompute::traits>, batchcompute::make_adapter,
      batchcompute::page_format}}};

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

PageFormat page_format_of(Provider provider, const DecodeContext& context)
{
    return kind_of(provider).page_format(context);
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
