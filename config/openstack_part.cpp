#include <algorithm>
#include <fnmatch.h>

#include "config/sources_part.hpp"

namespace polyglance::config {
namespace {

/// The entries that `include` names, in file order. A pattern that matches none is a problem.
std::vector<std::string> included(Section& section, const Clouds& clouds)
{
    std::vector<std::string> out;
    auto all = clouds.names();
    if (!section.has("include")) {
        return all;
    }
    std::vector<bool> wanted(all.size());
    for (const auto& place : section.list("include", Section::Lone::allowed)) {
        const auto pattern = entry_text(place, section.reading(), "a name or a pattern such as prod-*");
        bool matched = !pattern;
        for (std::size_t i = 0; pattern && i < all.size(); ++i) {
            const bool match = ::fnmatch(pattern->c_str(), all[i].c_str(), 0) == 0;
            wanted[i] = wanted[i] || match;
            matched = matched || match;
        }
        if (!matched) {
            section.reading().problem(place.node->where, place.pointer,
                                      "matches no entry of clouds.yaml; it has: " + joined(all));
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (wanted[i]) {
            out.push_back(all[i]);
        }
    }
    return out;
}

std::vector<Provider> read_services(Section& section)
{
    if (!section.has("services")) {
        return {Provider::glance};
    }
    std::vector<Provider> out;
    for (const auto& place : section.list("services", Section::Lone::allowed)) {
        const auto word = entry_text(place, section.reading(), "glance or nova");
        if (word != "glance" && word != "nova") {
            section.reading().problem(place.node->where, place.pointer, "must be glance or nova");
            continue;
        }
        const Provider service = word == "nova" ? Provider::nova : Provider::glance;
        if (std::find(out.begin(), out.end(), service) == out.end()) {
            out.push_back(service);
        }
    }
    return out;
}

void add_entry(const CloudEntry& entry, const std::vector<Provider>& services, Section& place, const CacheConfig& cache,
               SourceList& out)
{
    for (const auto& target : entry.targets) {
        for (const auto service : services) {
            std::vector<std::string> parts{entry.name};
            if (entry.targets.size() > 1) {
                parts.push_back(target.region);
            }
            if (services.size() > 1) {
                parts.emplace_back(to_string(service));
            }
            SourceConfig source;
            source.id = source.title = make_source_id(parts);
            source.provider = service;
            source.ttl = cache.ttl;
            take_target(target, source);
            check_source(place, source, cache);
            if (!place.sound()) {
                return; // the other regions and services would repeat it
            }
            out.add(std::move(source), place.where(), place.pointer(), place.reading());
        }
    }
}

} // namespace

void read_openstack(Section section, const CacheConfig& cache, Clouds& clouds, SourceList& out)
{
    std::string file;
    section.name("clouds_file", file); // `clouds` was made from it
    section.has("include");
    const auto services = read_services(section);
    section.finish();
    if (!section.present() || !section.sound() || !clouds.open(section, "clouds_file")) {
        return;
    }
    for (const auto& name : included(section, clouds)) {
        if (const auto entry = clouds.read(name)) {
            Section place(section.reading(), clouds.place_of(name));
            add_entry(*entry, services, place, cache, out);
        }
    }
}

} // namespace polyglance::config
