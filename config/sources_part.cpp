#include "config/sources_part.hpp"

#include <algorithm>

#include "config/auth_part.hpp"
#include "config/near_miss.hpp"
#include "config/words.hpp"

namespace polyglance::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_sources = 1000;

void read_identity(Section& section, SourceConfig& source)
{
    section.require("id", "a name of lower-case letters, digits and '-'");
    if (section.text("id", source.id) && !is_source_id(source.id)) {
        section.problem("id", "must match [a-z0-9][a-z0-9-]{0,62}");
    }
    section.require("provider", "nova, glance, cloudimages or batchcompute");
    const auto words = enum_words<Provider>();
    if (const auto index = section.word_index("provider", std::vector<std::string>(words.begin(), words.end()))) {
        source.provider = *enum_from<Provider>(words[*index]);
    }
    section.text("title", source.title);
    section.flag("enabled", source.enabled);
}

void read_address(Section& section, SourceConfig& source)
{
    std::string url;
    std::string error;
    if (section.name("endpoint", url)) {
        source.endpoint = parse_endpoint(url, error);
        if (!source.endpoint) {
            section.problem("endpoint", error);
        }
    }
    section.name("interface", source.interface);
    section.flag("allow_plaintext", source.allow_plaintext);
    section.flag("allow_loopback", source.allow_loopback);
    Section tls = section.section("tls");
    tls.ca_file("ca_file", source.tls.ca_file);
    tls.flag("verify", source.tls.verify);
    tls.finish();
}

void read_figures(Section& section, SourceConfig& source)
{
    section.flag("allow_delete", source.allow_delete);
    section.flag("withdraw_when_refused", source.withdraw_when_refused);
    section.duration("ttl", source.ttl, 1ms, 168h);
    section.duration("full_every", source.full_every, 0ms, 24h);
    section.duration("request_timeout", source.request_timeout, 1ms, 10min);
    section.duration("drain_timeout", source.drain_timeout, 1ms, 24h);
    section.count("max_in_flight", source.max_in_flight, 1U, 16U);
    section.count("page_size", source.page_size, 0U, 1000U);
    section.count<std::size_t>("max_images", source.max_images, 1, 10'000'000);
    section.size("max_page_bytes", source.max_page_bytes, 64UL << 10, 1UL << 30);
    section.percent("shrink_guard", source.shrink_guard_percent);
    Section nova = section.section("nova");
    nova.word<NovaListing>("listing", source.nova_listing, nova_listing_words);
    nova.finish();
    if (nova.present() && source.provider != Provider::nova) {
        section.problem("nova", "is of use only with provider nova");
    }
}

/// The regions asked for; one "" when there is none.
std::vector<std::string> read_regions(Section& section)
{
    std::vector<std::string> out;
    std::string one;
    if (section.name("region", one)) {
        out.push_back(one);
    }
    for (const auto& place : section.list("regions", Section::Lone::refused)) {
        const auto region = entry_text(place, section.reading(), "a region");
        if (region && region->empty()) {
            section.reading().problem(place.node->where, place.pointer, "must not be empty");
        }
        out.push_back(region.value_or(""));
    }
    if (section.has("regions")) {
        if (section.has("region")) {
            section.problem("regions", "contradicts 'region'; keep one of them");
        }
        if (out.empty()) {
            section.problem("regions", "must name at least one region");
        }
    }
    return out.empty() ? std::vector<std::string>{""} : out;
}

/// The part of a clouds.yaml entry that is about `region`; null, with a problem, when there is none.
std::optional<CloudTarget> target_for(const CloudEntry& entry, const std::string& region, Section& section)
{
    std::vector<std::string> names;
    for (const auto& target : entry.targets) {
        if (target.region == region || (region.empty() && entry.targets.size() == 1)) {
            return target;
        }
        names.push_back(target.region);
    }
    if (entry.lists_regions) {
        section.problem(section.has("regions") ? "regions" : "region", "must be one the entry lists: " + joined(names));
        return std::nullopt;
    }
    CloudTarget target = entry.targets.front();
    target.region = region;
    return target;
}

std::optional<CloudEntry> read_cloud_key(Section& section, Provider provider, Clouds& clouds)
{
    std::string name;
    if (!section.name("cloud", name)) {
        return std::nullopt;
    }
    if (provider != Provider::nova && provider != Provider::glance) {
        section.problem("cloud", "is of use only with provider nova or glance");
        return std::nullopt;
    }
    for (const std::string_view key : {"endpoint", "auth"}) {
        if (section.has(key)) {
            section.problem(key, "contradicts 'cloud'; keep one of them");
        }
    }
    if (!clouds.open(section, "cloud")) {
        return std::nullopt;
    }
    if (clouds.place_of(name).node == nullptr) {
        const auto all = clouds.names();
        section.problem("cloud", "is no entry of clouds.yaml; it has: " + joined(all), near_miss(name, all));
        return std::nullopt;
    }
    auto entry = clouds.read(name);
    if (!entry) {
        section.problem("cloud", "cannot be used: see the problems of the entry");
    }
    return entry;
}

void read_source(const Place& place, Reading& reading, const CacheConfig& cache, Clouds& clouds, SourceList& out)
{
    Section section(reading, place);
    if (!section.present() && section.sound()) {
        reading.problem(place.node->where, place.pointer, "must be a mapping");
    }
    if (!section.present()) {
        return;
    }
    SourceConfig common;
    common.ttl = cache.ttl;
    read_identity(section, common);
    read_address(section, common);
    read_figures(section, common);
    const auto regions = read_regions(section);
    const auto cloud = read_cloud_key(section, common.provider, clouds);
    read_auth(section.section("auth"), common.auth);
    section.finish();
    for (const auto& region : regions) {
        SourceConfig source = common;
        source.region = region;
        if (const auto target = cloud ? target_for(*cloud, region, section) : std::nullopt) {
            take_target(*target, source);
            // What the source says itself wins over the entry.
            source.interface = section.has("interface") ? common.interface : source.interface;
            source.tls = section.has("tls") ? common.tls : source.tls;
        }
        if (section.has("regions")) {
            source.id = make_source_id({common.id, region});
            source.title += source.title.empty() ? "" : " " + region;
        }
        if (source.title.empty()) {
            source.title = source.id;
        }
        if (!section.sound()) {
            return; // contradictions between values that are wrong anyway would only confuse
        }
        check_source(section, source, cache);
        out.add(std::move(source), section.where(), pointer_to(section.pointer(), "id"), reading);
    }
}

} // namespace

void read_sources(Section& top, const CacheConfig& cache, Clouds& clouds, SourceList& out)
{
    const auto places = top.list("sources", Section::Lone::refused);
    if (places.size() > most_sources) {
        top.problem("sources", "must not have more than " + std::to_string(most_sources) + " entries");
        return;
    }
    for (const auto& place : places) {
        read_source(place, top.reading(), cache, clouds, out);
    }
}

} // namespace polyglance::config
