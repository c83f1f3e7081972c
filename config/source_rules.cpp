#include "config/source_rules.hpp"

#include <algorithm>
#include <array>

#include "config/address.hpp"
#include "config/scalars.hpp"
#include "model/digest.hpp"

namespace polyglance::config {
namespace {

constexpr std::size_t longest_id = 63;

struct ProviderRules {
    Provider provider;
    std::vector<AuthType> auth;
    unsigned max_page_size;
    bool catalogue;  ///< its address may come from an OpenStack catalogue
    bool well_known; ///< it has a public host; the region is then part of each call's address
};

const ProviderRules& rules_of(Provider provider)
{
    using enum AuthType;
    static const std::array<ProviderRules, 4> rules{{
        {Provider::nova, {password, application_credential, token, aksk, none}, 1000, true, false},
        {Provider::glance, {password, application_credential, token, aksk, none}, 1000, true, false},
        {Provider::cloudimages, {password, token, aksk, none}, 500, false, true},
        {Provider::batchcompute, {acs, none}, 100, false, true},
    }};
    return rules.at(static_cast<std::size_t>(provider));
}

/// Words of lower-case letters and digits between single '-': safe as a path segment and as a host label.
bool is_region_of_public_cloud(std::string_view region)
{
    const bool characters = std::all_of(region.begin(), region.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return characters && !region.empty() && region.size() <= 63 && !region.contains("--") && region.front() != '-' &&
           region.back() != '-';
}

/// Other services below the same path have names such as `tags` where this one has the region: the form tells them
/// apart. At least two letters, then at least one more word.
bool is_huawei_region(std::string_view region)
{
    const auto dash = region.find('-');
    const std::string_view first = region.substr(0, dash);
    return is_region_of_public_cloud(region) && dash != std::string_view::npos && first.size() >= 2 &&
           std::all_of(first.begin(), first.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void check_region(Section& section, const SourceConfig& source)
{
    const std::string_view key = section.has("regions") ? "regions" : "region";
    if (!rules_of(source.provider).well_known) {
        return;
    }
    if (source.region.empty()) {
        section.problem(key, "is required for provider " + std::string(to_string(source.provider)));
    } else if (source.provider == Provider::cloudimages && !is_huawei_region(source.region)) {
        section.problem(key, "must be a Huawei region such as cn-north-4");
    } else if (!is_region_of_public_cloud(source.region)) {
        section.problem(key, "must be a region such as cn-hangzhou");
    }
}

void check_auth(Section& section, const SourceConfig& source)
{
    const auto& allowed = rules_of(source.provider).auth;
    if (std::find(allowed.begin(), allowed.end(), source.auth.type) != allowed.end()) {
        return;
    }
    std::string words;
    for (const auto type : allowed) {
        words += (words.empty() ? "" : ", ") + std::string(to_string(type));
    }
    section.problem("auth", "type '" + std::string(to_string(source.auth.type)) + "' does not suit provider " +
                                std::string(to_string(source.provider)) + "; use " + words);
}

void check_address(Section& section, const SourceConfig& source)
{
    const auto& rules = rules_of(source.provider);
    const bool catalogue = rules.catalogue && !source.auth.auth_url.empty();
    if (!source.endpoint && !catalogue && !rules.well_known) {
        section.problem("endpoint", "is required: auth type '" + std::string(to_string(source.auth.type)) +
                                        "' without auth_url brings no catalogue to find it in");
    }
    std::string unused;
    const auto identity = parse_endpoint(source.auth.auth_url, unused);
    const auto in_clear = [](const std::optional<Endpoint>& e) { return e && !e->tls && !e->loopback(); };
    const bool endpoint_in_clear = in_clear(source.endpoint);
    if (source.auth.type == AuthType::none || (!endpoint_in_clear && !in_clear(identity))) {
        return;
    }
    if (source.allow_plaintext) {
        section.reading().warning(section.where(), "source " + source.id + " sends its credentials in clear (http://)");
        return;
    }
    section.problem(endpoint_in_clear || !section.has("auth") ? "endpoint" : "auth",
                    "sends credentials in clear: http:// to a host that is not loopback needs allow_plaintext: true on "
                    "the source");
}

void check_figures(Section& section, const SourceConfig& source, const CacheConfig& cache)
{
    const auto most = rules_of(source.provider).max_page_size;
    if (source.page_size > most) {
        section.problem("page_size", "must not be above " + std::to_string(most) + " for provider " +
                                         std::string(to_string(source.provider)));
    }
    if (source.request_timeout > source.drain_timeout) {
        section.problem("request_timeout",
                        "must not be longer than drain_timeout (" + format_duration(source.drain_timeout) + ")");
    }
    if (source.ttl > cache.stale) {
        section.problem("ttl", "must not be longer than cache.stale (" + format_duration(cache.stale) + ")");
    }
    if (source.ttl < cache.min_refresh) {
        section.problem("ttl",
                        "must not be shorter than cache.min_refresh (" + format_duration(cache.min_refresh) + ")");
    }
}

} // namespace

bool is_source_id(std::string_view text)
{
    return !text.empty() && text.size() <= longest_id && text.front() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string make_source_id(const std::vector<std::string>& parts)
{
    std::string whole;
    std::string id;
    for (const auto& part : parts) {
        whole += part + '\0';
        for (const char c : lower(part)) {
            if (is_alphanumeric(c)) {
                id.push_back(c);
            } else if (!id.empty() && id.back() != '-') {
                id.push_back('-');
            }
        }
        if (!id.empty() && id.back() != '-') {
            id.push_back('-');
        }
    }
    if (!id.empty()) {
        id.pop_back();
    }
    if (id.empty() || id.size() > longest_id) {
        const std::string hash = to_hex(as_bytes(sha256(whole))).substr(0, 8);
        id = id.empty() ? "cloud-" + hash : id.substr(0, longest_id - 9) + "-" + hash;
    }
    return id;
}

void check_source(Section& section, const SourceConfig& source, const CacheConfig& cache)
{
    check_region(section, source);
    check_auth(section, source);
    check_address(section, source);
    check_figures(section, source, cache);
    if (source.interface != "public" && source.interface != "internal" && source.interface != "admin") {
        section.problem("interface", "must be one of public, internal, admin");
    }
    if (!source.tls.verify) {
        section.reading().warning(section.where(),
                                  "source " + source.id + " does not verify certificates (tls.verify)");
    }
}

void SourceList::add(SourceConfig source, const std::string& where, const std::string& pointer, Reading& reading)
{
    const auto [taken, fresh] = place_of_id_.emplace(source.id, where);
    if (!fresh) {
        reading.problem(where, pointer, "duplicate id '" + source.id + "', first at " + taken->second);
        return;
    }
    out_.push_back(std::move(source));
}

void SourceList::warn_about_twins(Reading& reading) const
{
    std::unordered_map<std::string, std::string> seen;
    for (const auto& source : out_) {
        const auto [first, fresh] =
            source.enabled ? seen.emplace(source.scope(), source.id) : std::pair(seen.end(), true);
        if (!fresh) {
            reading.warning("sources", first->second + " and " + source.id + " read the same listing as the same user");
        }
    }
}

} // namespace polyglance::config
