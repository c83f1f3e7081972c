#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/image.hpp"

namespace polyglance {

struct ImageView; // cache/image_view.hpp

/// What every image of one source has in common; written into each of its records.
struct SourceIdentity {
    std::string source;
    Provider provider = Provider::glance;
    std::optional<std::string> region;
    bool operator==(const SourceIdentity&) const = default;
};

/// Appends `image` as the JSON object of the unified model, every member present (null = no value known), in the fixed
/// order of the schema. The members that the basic view leaves out (capabilities, links, properties) come last.
/// Returns the length of the basic part: `text.substr(0, basic) + '}'` is the basic view.
std::size_t append_record(std::string& out, const SourceIdentity& identity, const ImageView& image);

/// Which members of a record an answer shows.
struct Projection {
    enum class View : unsigned char { basic, full, fields };
    View view = View::basic;
    std::vector<std::string> fields =
        {}; ///< view == fields: top-level ("name") or dotted ("os.distro") member names; uid is always shown
    bool omit_null = false; ///< leave out members that are null
    bool operator==(const Projection&) const = default;
};

/// Appends `record` as the projection asks for it. `basic` is what `append_record` returned.
void append_projected(std::string& out, std::string_view record, std::size_t basic, const Projection& projection);

/// Members that `fields` may name, dotted ones included.
const std::vector<std::string_view>& record_members();

} // namespace polyglance
