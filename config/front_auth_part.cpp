#include <algorithm>
#include <utility>

#include "config/address.hpp"
#include "config/files.hpp"
#include "config/parts.hpp"
#include "config/yaml_reader.hpp"

namespace polyglance::config {
namespace {

constexpr std::size_t largest_tokens_file = 4UL << 20;
constexpr unsigned writable_by_others = 0022;

bool is_token_name(std::string_view name)
{
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
    });
}

bool is_sha256(std::string_view text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_source_pattern(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-*") == std::string_view::npos;
}

void read_patterns(Section& section, TokenConfig& out)
{
    section.require("sources", R"(a list of source ids, or ["*"])");
    for (const auto& place : section.list("sources", Section::Lone::refused)) {
        auto text = entry_text(place, section.reading(), "a source id, or a pattern such as prod-*");
        if (text && !is_source_pattern(*text)) {
            section.reading().problem(place.node->where, place.pointer,
                                      "must be a source id, or a pattern such as prod-*");
        } else if (text) {
            out.sources.push_back(std::move(*text));
        }
    }
}

void read_scopes(Section& section, TokenConfig& out)
{
    const std::array<std::pair<std::string_view, bool*>, 3> scopes{{{"images:read", &out.read_images},
                                                                    {"images:delete", &out.delete_images},
                                                                    {"sources:refresh", &out.refresh_sources}}};
    section.require("scopes", "a list such as [images:read]");
    for (const auto& place : section.list("scopes", Section::Lone::refused)) {
        const auto text = entry_text(place, section.reading(), "a scope such as images:read");
        const auto found =
            std::find_if(scopes.begin(), scopes.end(), [&](const auto& scope) { return text && scope.first == *text; });
        if (found != scopes.end()) {
            *found->second = true;
        } else if (text) {
            section.reading().problem(place.node->where, place.pointer,
                                      "must be one of images:read, images:delete, sources:refresh");
        }
    }
}

void read_token(Section section, std::vector<TokenConfig>& out)
{
    TokenConfig token;
    section.require("name", "a name for logs");
    if (section.name("name", token.name) && !is_token_name(token.name)) {
        section.problem("name", "must be at most 64 letters, digits, dots, dashes or underscores");
    }
    section.require("sha256", "the token's SHA-256 in hex");
    if (section.text("sha256", token.sha256) && !is_sha256(token.sha256)) {
        section.problem("sha256", "must be 64 hex digits in lower case: the SHA-256 of the token, never the token");
    }
    read_patterns(section, token);
    read_scopes(section, token);
    section.finish();
    for (const auto& other : out) {
        if (other.name == token.name) {
            section.problem("name", "is the name of another token");
        }
        if (other.sha256 == token.sha256) {
            section.problem("sha256", "is that of another token");
        }
    }
    out.push_back(std::move(token));
}

void read_tokens_file(Section& auth, const std::string& name, std::vector<TokenConfig>& out)
{
    Reading& reading = auth.reading();
    const auto file = read_regular_file(reading.resolve(name, Layer::file), largest_tokens_file);
    if (!file) {
        auth.problem("tokens_file", "the file named here " + file.error());
        return;
    }
    if ((file->mode & writable_by_others) != 0) {
        auth.problem("tokens_file", "the file named here may be written by others than its owner (chmod go-w)");
        return;
    }
    const auto root = read_yaml(file->text, name, reading);
    if (!root) {
        return;
    }
    if (!root->is(Node::Kind::list) || root->items.empty()) {
        reading.problem(name, "", "must be a list of tokens, at least one");
        return;
    }
    for (const auto& item : root->items) {
        const std::string pointer = pointer_to("", std::to_string(out.size()));
        if (item.is(Node::Kind::map)) {
            read_token(Section(reading, {&item, pointer}), out);
        } else {
            reading.problem(item.where, pointer, "must be a mapping with name, sha256, sources and scopes");
        }
    }
}

} // namespace

void read_front_auth(Section section, const ServerConfig& server, FrontAuthConfig& out)
{
    std::string mode = "none";
    if (section.text("mode", mode) && mode != "none" && mode != "tokens") {
        section.problem("mode", "must be none or tokens");
    }
    out.tokens_required = mode == "tokens";
    section.text("tokens_file", out.tokens_file);
    if (out.tokens_required && out.tokens_file.empty()) {
        section.problem("tokens_file", "must name the file with the tokens");
    } else if (out.tokens_required) {
        read_tokens_file(section, out.tokens_file, out.tokens);
    } else if (!out.tokens_file.empty()) {
        section.problem("tokens_file", "counts only with mode: tokens");
    }
    section.flag("insecure_open", out.insecure_open);
    section.finish();

    const auto open = [](const ListenAddress& address) { return !is_loopback(address.host); };
    const bool data_open = std::any_of(server.listen.begin(), server.listen.end(), open);
    const bool admin_open = server.admin && open(*server.admin);
    if (((data_open && !out.tokens_required) || admin_open) && !out.insecure_open) {
        section.problem("insecure_open", admin_open ? "must be true to let the admin listener be reached from elsewhere"
                                                    : "must be true to listen beyond loopback without authentication");
    }
    if (data_open && out.tokens_required && !server.tls && server.trusted_proxies.empty()) {
        section.reading().warning(section.where(), "tokens cross the network in clear; server.tls hides them");
    }
}

} // namespace polyglance::config
