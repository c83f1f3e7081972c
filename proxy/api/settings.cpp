#include "proxy/api/settings.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "model/digest.hpp"

namespace polyglance {
namespace {

std::string cursor_key(const Config& config)
{
    std::string material = config.query.cursor_key.reveal();
    if (material.empty()) {
        std::vector<std::string> scopes;
        for (const auto& source : config.sources) {
            scopes.push_back(source.scope());
        }
        std::sort(scopes.begin(), scopes.end());
        for (const auto& scope : scopes) {
            material += scope + '\n';
        }
    }
    // Hashed so that a key of any length becomes one of the right length.
    return std::string(as_bytes(hmac_sha256("polyglance page tokens 1", material)));
}

} // namespace

std::shared_ptr<const ApiSettings> make_api_settings(const Config& config)
{
    const auto& query = config.query;
    return std::make_shared<const ApiSettings>(
        ApiSettings{query.default_limit, query.max_limit, query.wait, query.max_wait, CursorCodec(cursor_key(config))});
}

} // namespace polyglance
