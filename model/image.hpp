#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/clock.hpp"

namespace polyglance {

/// A kind of cloud API. The words are part of the API.
enum class Provider : std::uint8_t { nova, glance, cloudimages, batchcompute };
enum class Status : std::uint8_t { active, queued, saving, error, deleted, pending_delete, deactivated, unknown };
enum class Visibility : std::uint8_t { public_, private_, shared, community };
enum class Origin : std::uint8_t { provider, self, shared, market };
enum class Artifact : std::uint8_t { base, snapshot, backup, data_disk, bare_metal, iso };
enum class OsFamily : std::uint8_t { linux, windows, other };
enum class Architecture : std::uint8_t { x86_64, i686, aarch64, armv7l, ppc64le, s390x, riscv64 };

std::string_view to_string(Provider value);
std::string_view to_string(Status value);
std::string_view to_string(Visibility value);
std::string_view to_string(Origin value);
std::string_view to_string(Artifact value);
std::string_view to_string(OsFamily value);
std::string_view to_string(Architecture value);

/// The enumerator that `to_string` writes as `word`; exact, empty for anything else.
template <class Enum>
std::optional<Enum> enum_from(std::string_view word);
/// Every word of an enumeration, in declaration order.
template <class Enum>
std::vector<std::string_view> enum_words();

struct OsInfo {
    std::optional<OsFamily> family;
    std::optional<std::string> distro;   ///< slug: centos, ubuntu, rhel, windows ...
    std::optional<std::string> version;  ///< without distro and bits: "7.4", "Server 2016 Standard"
    std::optional<std::string> name_raw; ///< the text that distro and version were read from
    std::optional<int> bits;             ///< 32 or 64

    bool operator==(const OsInfo&) const = default;
};

struct Checksum {
    std::string algo;  ///< lower case: md5, sha512
    std::string value; ///< lower-case hex

    bool operator==(const Checksum&) const = default;
};

/// A link as the backend sent it: verbatim, relative ones kept relative. We never follow one.
struct Link {
    std::string rel;
    std::string href;
    std::optional<std::string> type;

    bool operator==(const Link&) const = default;
};

/// A wire member that no unified field consumed: its JSON text, byte for byte in meaning.
struct Property {
    std::string key;
    std::string json;

    bool operator==(const Property&) const = default;
};

using CapabilityValue = std::variant<bool, std::string>;
using Capabilities = std::vector<std::pair<std::string, CapabilityValue>>;

/// One machine image, whatever cloud it comes from. Empty optional = "no value known"; it is never a guess.
struct Image {
    std::string native_id; ///< as sent; not necessarily a UUID
    std::vector<std::pair<std::string, std::string>> alt_ids;
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<Status> status; ///< empty: the source has no status
    std::optional<std::string> status_raw;
    std::optional<Visibility> visibility;
    std::optional<Origin> origin;
    std::optional<Artifact> artifact;
    std::optional<bool> registered;
    std::optional<bool> is_protected;
    std::optional<bool> hidden; ///< only true is ever written out: an image left out of the cloud's default list
    std::optional<std::string> owner;
    OsInfo os;
    std::optional<Architecture> architecture;
    std::optional<std::int64_t> size_bytes;
    std::optional<std::int64_t> virtual_size_bytes;
    std::optional<std::int64_t> min_disk_gib; ///< 0 = no minimum
    std::optional<std::int64_t> min_ram_mib;  ///< 0 = no minimum
    std::optional<std::int64_t> max_ram_mib;
    std::optional<std::string> disk_format;      ///< lower case, open set
    std::optional<std::string> container_format; ///< lower case, open set
    std::optional<Checksum> checksum;
    std::optional<std::string> firmware;          ///< bios, uefi
    std::optional<Capabilities> capabilities;     ///< empty = source cannot say; {} = says nothing
    std::optional<std::vector<std::string>> tags; ///< sorted; empty = source cannot say; [] = none
    std::optional<Instant> created_at;
    std::optional<Instant> updated_at;
    std::optional<Instant> deleted_at;
    std::optional<std::string> source_server_id;
    std::optional<std::string> parent_image_id;
    std::optional<std::string> backup_id;
    std::vector<Link> links;
    std::vector<Property> properties;
    /// Unified fields whose value we inferred from a name or another field, for example "architecture".
    std::vector<std::string> inferred;

    bool operator==(const Image&) const = default;
};

/// `{source}~{native_id}`: unique over all sources and reversible. A source id never holds '~'.
std::string make_uid(std::string_view source, std::string_view native_id);

struct UidParts {
    std::string_view source;
    std::string_view native_id;
};
/// Splits at the first '~'. Empty when there is none or a part is empty.
std::optional<UidParts> split_uid(std::string_view uid);

} // namespace polyglance
