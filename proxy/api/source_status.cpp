#include "proxy/api/source_status.hpp"

#include "proxy/api/json_members.hpp"

namespace polyglance {
namespace {

bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

} // namespace

const Snapshot* served_snapshot(const CatalogSource& source)
{
    return source.status.disabled ? nullptr : source.snapshot.get();
}

std::optional<std::size_t> image_count(const CatalogSource& source)
{
    const auto* snapshot = served_snapshot(source);
    return snapshot != nullptr ? std::optional(snapshot->size()) : std::nullopt;
}

ShownSource show_source(const CatalogSource& source, Instant now)
{
    return {&source, state_of(source.status, source.snapshot != nullptr, now)};
}

void append_fault(std::string& out, const std::optional<SourceFault>& fault)
{
    if (!fault) {
        out += "null";
        return;
    }
    out += '{';
    append_member(out, "class", to_string(fault->error_class));
    append_member(out, "message", fault->message);
    append_member(out, "at", fault->at);
    append_member(out, "attempts", fault->attempts);
    append_member(out, "next_try_at", fault->next_try_at);
    out += '}';
}

void append_source_status(std::string& out, const ShownSource& shown, Matched matched)
{
    const auto& info = *shown.source->info;
    const auto& status = shown.source->status;
    out += '{';
    append_member(out, "id", info.id);
    append_member(out, "provider", to_string(info.provider));
    append_member(out, "region", info.region);
    append_member(out, "state", to_string(shown.state));
    if (!shown.reason.empty()) {
        append_member(out, "reason", shown.reason);
    }
    append_member(out, "count", image_count(*shown.source));
    if (matched == Matched::shown) {
        append_member(out, "matched", shown.matched);
    }
    append_member(out, "fetched_at", status.fetched_at);
    append_member(out, "expires_at", status.expires_at);
    json::append_key(out, "error");
    append_fault(out, status.fault);
    out += '}';
}

std::string source_status_array(std::span<const ShownSource> shown, Matched matched)
{
    std::string out = "[";
    for (const auto& source : shown) {
        out += out.size() > 1 ? "," : "";
        append_source_status(out, source, matched);
    }
    return out + ']';
}

std::string source_status_header(std::span<const ShownSource> shown)
{
    std::string out;
    for (const auto& source : shown) {
        const auto& id = source.source->info->id;
        out += out.empty() ? "" : ", ";
        // A structured-field token starts with a letter; an id that does not is written as a string.
        out += is_letter(id.front()) ? id : '"' + id + '"';
        out.append(";state=").append(to_string(source.state));
        if (const auto count = image_count(*source.source)) {
            out += ";n=" + std::to_string(*count);
        }
        if (source.state == SourceState::error && source.source->status.fault) {
            out.append(";class=").append(to_string(source.source->status.fault->error_class));
        }
    }
    return out;
}

} // namespace polyglance
