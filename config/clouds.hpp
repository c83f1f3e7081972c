#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/node.hpp"
#include "config/reading.hpp"
#include "config/section.hpp"

namespace polyglance::config {

/// One region of one clouds.yaml entry: everything a source takes from it.
struct CloudTarget {
    std::string region; ///< "" when the entry names none
    std::string interface = "public";
    AuthConfig auth;
    TlsConfig tls;
    std::optional<Endpoint> image; ///< only when the entry overrides the catalogue
    std::optional<Endpoint> compute;
};

struct CloudEntry {
    std::string name;
    std::vector<CloudTarget> targets; ///< one per region, at least one
    bool lists_regions = false;       ///< `regions:` was given, so no other region exists
};

/// Puts everything the entry says into `source`, whose provider is set.
void take_target(const CloudTarget& target, SourceConfig& source);

/// OpenStack's clouds.yaml with secure.yaml merged over it. Found and read on first use.
class Clouds {
public:
    /// `file` is `openstack.clouds_file`: "auto" or a path, resolved as `layer`'s are.
    Clouds(Reading& reading, std::string file, Layer layer);

    /// Reads the files. False when there are none or they cannot be read; the problem then stands at `section`'s `key`.
    bool open(Section& section, std::string_view key);
    /// Names of all entries, in file order. After `open`.
    std::vector<std::string> names() const;
    /// The place of an entry; its node is null when there is no such entry. After `open`.
    Place place_of(std::string_view name) const;
    /// Reads the entry at `place_of(name)`. Empty, with problems, when we cannot use it. Keys we have no use for are
    /// left alone: the file belongs to OpenStack's tools.
    std::optional<CloudEntry> read(const std::string& name);

private:
    enum class State : std::uint8_t { unread, good, bad };
    bool find_files(Section& section, std::string_view key);
    std::optional<Node> read_file(const std::string& path);

    Reading& reading_;
    std::string file_;
    Layer layer_;
    State state_ = State::unread;
    Node root_;
};

} // namespace polyglance::config
