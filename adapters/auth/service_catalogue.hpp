#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "model/error.hpp"

namespace polyglance {

/// The services that an identity service names for one token.
struct ServiceCatalogue {
    struct Entry {
        std::string type;      ///< "image", "compute" ...
        std::string interface; ///< "public", "internal", "admin"
        std::string region;
        std::string region_id;
        std::string url;
    };
    std::vector<Entry> entries;

    /// The address of a service. `compute` is also looked for under its older name `compute_legacy`. A region matches
    /// by name or id; "" matches as long as the catalogue leaves no choice. Errors: config, naming what was looked for,
    /// when there is no such service, when "" leaves a choice, and when the address is not one we can call.
    Result<Endpoint> find(std::string_view type, std::string_view region, std::string_view interface) const;
};

} // namespace polyglance
