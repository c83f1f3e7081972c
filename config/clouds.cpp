#include "config/clouds.hpp"

#include <array>

#include "config/auth_part.hpp"
#include "config/words.hpp"

namespace polyglance::config {
namespace {

/// What several keys of clouds.yaml were called in other times: old name, today's name.
using Alias = std::pair<std::string_view, std::string_view>;
constexpr std::array<Alias, 2> auth_aliases{{{"tenant_name", "project_name"}, {"tenant_id", "project_id"}}};

/// Templates carry keys with nothing behind them; they mean the same as no key.
void drop_empty(Node& map)
{
    std::erase_if(map.members, [](const Member& m) {
        return m.value.is(Node::Kind::null) || (m.value.is(Node::Kind::scalar) && m.value.text.empty());
    });
}

/// Puts old names under today's.
void modernise(Node& auth)
{
    drop_empty(auth);
    for (auto& member : auth.members) {
        for (const auto& [old_name, name] : auth_aliases) {
            if (member.key == old_name && auth.find(name) == nullptr) {
                member.key = name;
            }
        }
    }
    // One domain for both, unless the user's or the project's own is given.
    for (const std::string_view kind : {"name", "id"}) {
        const Node* both = auth.find("default_domain_" + std::string(kind));
        const Node copy = both == nullptr ? Node{} : *both;
        for (const std::string_view owner : {"user", "project"}) {
            const std::string domain = std::string(owner) + "_domain_";
            const bool named = auth.find(owner == "user" ? "username" : "project_name") != nullptr;
            if (both != nullptr && named && !auth.find(domain + "name") && !auth.find(domain + "id")) {
                auth.members.push_back({domain + std::string(kind), copy});
            }
        }
    }
}

std::optional<AuthType> read_auth_type(Section& entry)
{
    constexpr Words<AuthType, 6> types{{{"password", AuthType::password},
                                        {"v3password", AuthType::password},
                                        {"v3applicationcredential", AuthType::application_credential},
                                        {"token", AuthType::token},
                                        {"v3token", AuthType::token},
                                        {"none", AuthType::none}}};
    AuthType type = AuthType::password;
    entry.word<AuthType>("auth_type", type, types);
    return entry.sound() ? std::optional(type) : std::nullopt;
}

void refuse_what_we_cannot_honour(Section& entry)
{
    for (const std::string_view key : {"profile", "cloud"}) {
        if (entry.has(key)) {
            entry.problem(key, "vendor profiles are not supported; write the profile's values into the entry");
        }
    }
    if (entry.has("cert") || entry.has("key")) {
        entry.problem(entry.has("cert") ? "cert" : "key", "client certificates are not supported");
    }
    std::string version = "3";
    if (entry.text("identity_api_version", version) && version != "3" && !version.starts_with("3.")) {
        entry.problem("identity_api_version", "must be 3: older identity services are not supported");
    }
}

void read_endpoint(Section& section, std::string_view key, std::optional<Endpoint>& out)
{
    std::string url;
    std::string error;
    if (section.name(key, url)) {
        out = parse_endpoint(url, error);
        if (!out) {
            section.problem(key, error);
        }
    }
}

void read_interface(Section& entry, std::string& out)
{
    entry.name("endpoint_type", out);
    entry.name("interface", out);
    if (out.ends_with("URL")) {
        out.resize(out.size() - 3);
    }
}

void read_tls(Section& entry, TlsConfig& out)
{
    bool insecure = false;
    entry.flag("insecure", insecure);
    out.verify = !insecure;
    entry.flag("verify", out.verify);
    entry.ca_file("cacert", out.ca_file);
}

/// Reads an entry whose `region_name` is settled.
CloudTarget read_target(Reading& reading, Node node, const std::string& pointer)
{
    CloudTarget out;
    drop_empty(node);
    if (Node* auth = node.find("auth")) {
        modernise(*auth);
    }
    Section entry(reading, {&node, pointer});
    refuse_what_we_cannot_honour(entry);
    entry.text("region_name", out.region);
    read_interface(entry, out.interface);
    read_tls(entry, out.tls);
    read_endpoint(entry, "image_endpoint_override", out.image);
    read_endpoint(entry, "compute_endpoint_override", out.compute);
    const auto type = read_auth_type(entry);
    if (!type) {
        return out;
    }
    out.auth.type = *type;
    if (*type != AuthType::none) {
        entry.require("auth", "auth_url and credentials");
    }
    Section auth = entry.section("auth");
    if (auth.present()) {
        read_auth_keys(auth, clouds_credential_keys, out.auth);
    }
    if (*type == AuthType::none) {
        std::optional<Endpoint> only;
        read_endpoint(auth, "endpoint", only);
        out.image = out.image ? out.image : only;
        out.compute = out.compute ? out.compute : only;
    }
    return out;
}

/// The entry once per region of its list, with what the list says about each merged in.
std::vector<Node> split_by_region(Section& entry, const Node& node)
{
    std::vector<Node> out;
    for (const auto& place : entry.list("regions", Section::Lone::refused)) {
        const bool detailed = place.node->is(Node::Kind::map);
        const Node* name = detailed ? place.node->find("name") : place.node;
        if (name == nullptr || !name->is(Node::Kind::scalar) || name->text.empty()) {
            entry.reading().problem(place.node->where, place.pointer, "must be a region, or a mapping with its name");
            continue;
        }
        Node copy = node;
        if (const Node* values = detailed ? place.node->find("values") : nullptr) {
            merge_over(copy, *values);
        }
        copy.erase("region_name");
        copy.members.push_back({"region_name", *name});
        out.push_back(std::move(copy));
    }
    return out;
}

} // namespace

void take_target(const CloudTarget& target, SourceConfig& source)
{
    source.region = target.region;
    source.interface = target.interface;
    source.auth = target.auth;
    source.tls = target.tls;
    source.endpoint = source.provider == Provider::nova ? target.compute : target.image;
}

std::optional<CloudEntry> Clouds::read(const std::string& name)
{
    const auto problems_before = reading_.problem_count();
    const Place place = place_of(name);
    Section section(reading_, place);
    if (!section.present()) {
        if (section.sound()) {
            reading_.problem(place.node->where, place.pointer, "must be a mapping");
        }
        return std::nullopt;
    }
    CloudEntry out;
    out.name = name;
    auto regions = split_by_region(section, *place.node);
    out.lists_regions = !regions.empty();
    if (regions.empty()) {
        regions.push_back(*place.node);
    }
    for (auto& region : regions) {
        out.targets.push_back(read_target(reading_, std::move(region), place.pointer));
        if (reading_.problem_count() != problems_before) {
            return std::nullopt; // the other regions would repeat the same problems
        }
    }
    return out;
}

} // namespace polyglance::config
