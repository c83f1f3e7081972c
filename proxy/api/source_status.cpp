#include "proxy/api/source_status.hpp"

#include "model/json/write.hpp"

namespace polyglance {
namespace {

void append_text(std::string& out, std::string_view key, std::string_view text)
{
    json::append_key(out, key);
    json::append_quoted(out, text);
}

void append_count(std::string& out, std::string_view key, std::optional<std::size_t> count)
{
    json::append_key(out, key);
    out += count ? std::to_string(*count) : "null";
}

std::optional<std::size_t> count_of(const CatalogSource& source)
{
    const auto* snapshot = served_snapshot(source);
    return snapshot != nullptr ? std::optional(snapshot->size()) : std::nullopt;
}

bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

} // namespace

const Snapshot* served_snapshot(const CatalogSource& source)
{
    return source.status.disabled ? nullptr : source.snapshot.get();
}

ShownSource show_source(const CatalogSource& source, Instant now)
{
    return {&source, state_of(source.status, source.snapshot != nullptr, now)};
}

void append_time(std::string& out, const std::optional<Instant>& time)
{
    if (time) {
        json::append_quoted(out, format_timestamp(*time));
    } else {
        out += "null";
    }
}

void append_fault(std::string& out, const std::optional<SourceFault>& fault)
{
    if (!fault) {
        out += "null";
        return;
    }
    out += '{';
    append_text(out, "class", to_string(fault->error_class));
    append_text(out, "message", fault->message);
    json::append_key(out, "at");
    append_time(out, fault->at);
    out += ",\"attempts\":" + std::to_string(fault->attempts) + ",\"next_try_at\":";
    append_time(out, fault->next_try_at);
    out += '}';
}

void append_source_status(std::string& out, const ShownSource& shown, Matched matched)
{
    const auto& info = *shown.source->info;
    const auto& status = shown.source->status;
    out += '{';
    append_text(out, "id", info.id);
    append_text(out, "provider", to_string(info.provider));
    json::append_key(out, "region");
    if (info.region) {
        json::append_quoted(out, *info.region);
    } else {
        out += "null";
    }
    append_text(out, "state", to_string(shown.state));
    if (!shown.reason.empty()) {
        append_text(out, "reason", shown.reason);
    }
    append_count(out, "count", count_of(*shown.source));
    if (matched == Matched::shown) {
        append_count(out, "matched", shown.matched);
    }
    json::append_key(out, "fetched_at");
    append_time(out, status.fetched_at);
    json::append_key(out, "expires_at");
    append_time(out, status.expires_at);
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
        if (const auto count = count_of(*source.source)) {
            out += ";n=" + std::to_string(*count);
        }
        if (source.state == SourceState::error && source.source->status.fault) {
            out.append(";class=").append(to_string(source.source->status.fault->error_class));
        }
    }
    return out;
}

} // namespace polyglance
