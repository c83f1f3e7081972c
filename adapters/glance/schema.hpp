#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polyglance::glance {

/// Whose Glance it is. Huawei's IMS is an old one with members of its own (`__*`).
enum class Dialect : std::uint8_t { openstack, huawei };

/// What a service says of itself in `/v2/schemas/images`. An empty list means that it did not say.
struct Flavour {
    Dialect dialect = Dialect::openstack;
    std::vector<std::string> statuses;
    std::vector<std::string> visibilities;
    std::vector<std::string> disk_formats;
    std::vector<std::string> container_formats;
    std::vector<std::string> custom_properties; ///< declared beside the standard ones
};

/// Reads the schema document of any release. Total: what is no such document gives a Flavour that says nothing.
Flavour read_schema(std::string_view body);

/// The document that OpenStack would send.
std::string encode_schema();

} // namespace polyglance::glance
