#pragma once

#include <string>

namespace polyglance {

/// What a decoder knows beside the row it reads.
struct DecodeContext {
    /// The project the listing was asked for; "" when it is not known. An image that it owns is its own work.
    std::string own_project;
};

} // namespace polyglance
