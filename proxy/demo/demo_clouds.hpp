#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "config/config.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// Four made-up clouds on loopback, one of each provider, that speak the real wire formats through the providers'
/// `encode`: some hundred images each, one cloud slow, one failing now and then. On a thread of their own.
class DemoClouds {
public:
    /// Listens on free ports of 127.0.0.1. `clock` outlives the clouds.
    explicit DemoClouds(const Clock& clock);
    ~DemoClouds();
    DemoClouds(const DemoClouds&) = delete;
    DemoClouds& operator=(const DemoClouds&) = delete;

    /// Sources that read these clouds, without credentials.
    const std::vector<SourceConfig>& sources() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace polyglance
