#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.hpp"
#include "config/section.hpp"

namespace polyglance::config {

/// [a-z0-9][a-z0-9-]{0,62}
bool is_source_id(std::string_view text);

/// The parts joined by '-', in lower case, every other run of characters as one '-': always a source id, and the same
/// one for the same parts. What is too long, or leaves nothing, gets eight digits of a hash of the parts.
std::string make_source_id(const std::vector<std::string>& parts);

/// Rules that concern one source as a whole: what its provider takes, and which of its values contradict each other or
/// `cache`. Problems go to the keys of `section`.
void check_source(Section& section, const SourceConfig& source, const CacheConfig& cache);

/// The sources so far, their ids unique.
class SourceList {
public:
    explicit SourceList(std::vector<SourceConfig>& out) : out_(out) {}
    /// Takes `source`, which stands at `where` and `pointer`, or reports that its id is taken.
    void add(SourceConfig source, const std::string& where, const std::string& pointer, Reading& reading);
    /// A warning for each two enabled sources that read the same listing as the same user.
    void warn_about_twins(Reading& reading) const;

private:
    std::vector<SourceConfig>& out_;
    std::unordered_map<std::string, std::string> place_of_id_;
};

} // namespace polyglance::config
