#include <algorithm>

#include "config/files.hpp"
#include "config/near_miss.hpp"
#include "config/scalars.hpp"
#include "config/section.hpp"

namespace polyglance::config {

bool Section::text(std::string_view key, std::string& out)
{
    const Node* node = scalar(key, "text");
    if (node == nullptr) {
        return false;
    }
    if (std::any_of(node->text.begin(), node->text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
        problem(key, "must be one line of text, without control characters");
        return false;
    }
    out = node->text;
    return true;
}

bool Section::name(std::string_view key, std::string& out)
{
    if (!text(key, out)) {
        return false;
    }
    if (out.empty()) {
        problem(key, "must not be empty");
    }
    return !out.empty();
}

void Section::flag(std::string_view key, bool& out)
{
    if (const Node* node = scalar(key, "true or false")) {
        const auto value = parse_flag(node->text);
        value ? void(out = *value) : expected(key, *node, "true or false");
    }
}

void Section::duration(std::string_view key, std::chrono::milliseconds& out, std::chrono::milliseconds least,
                       std::chrono::milliseconds most)
{
    constexpr std::string_view what = "a duration such as 250ms, 5s, 10m or 24h";
    if (const Node* node = scalar(key, what)) {
        const auto value = parse_duration(node->text);
        if (!value) {
            expected(key, *node, what);
        } else if (*value < least || *value > most) {
            expected(key, *node, "between " + format_duration(least) + " and " + format_duration(most));
        } else {
            out = *value;
        }
    }
}

void Section::size(std::string_view key, std::size_t& out, std::size_t least, std::size_t most)
{
    constexpr std::string_view what = "a size such as 4096, 64KiB, 16MiB or 1GiB";
    if (const Node* node = scalar(key, what)) {
        const auto value = parse_size(node->text);
        if (!value) {
            expected(key, *node, what);
        } else if (*value < least || *value > most) {
            expected(key, *node, "between " + format_size(least) + " and " + format_size(most));
        } else {
            out = *value;
        }
    }
}

void Section::percent(std::string_view key, unsigned& out)
{
    constexpr std::string_view what = "a percentage from 0% to 100%";
    if (const Node* node = scalar(key, what)) {
        const auto value = parse_percent(node->text);
        value ? void(out = *value) : expected(key, *node, what);
    }
}

void Section::wide_count(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most)
{
    const std::string what = "a number between " + std::to_string(least) + " and " + std::to_string(most);
    if (const Node* node = scalar(key, what)) {
        const auto value = parse_count(node->text);
        value && *value >= least && *value <= most ? void(out = *value) : expected(key, *node, what);
    }
}

std::optional<std::size_t> Section::word_index(std::string_view key, std::span<const std::string> words)
{
    const std::string what = "one of " + joined(words);
    const Node* node = scalar(key, what);
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto found = std::find(words.begin(), words.end(), node->text);
    if (found == words.end()) {
        problem(key, "must be " + what, near_miss(node->text, words));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - words.begin());
}

void Section::check_secret(std::string_view key, const std::string& value, SecretUse use)
{
    const auto bad = [use](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return use == SecretUse::header ? byte <= 0x20 || byte >= 0x7f : c == '\r' || c == '\n' || c == '\0';
    };
    if (value.empty()) {
        problem(key, "is empty");
    } else if (use != SecretUse::bytes && std::any_of(value.begin(), value.end(), bad)) {
        problem(key, use == SecretUse::header ? "must be printable ASCII without blanks or line ends"
                                              : "must not hold line ends or NUL");
    }
}

void Section::secret(std::string_view key, Secret& out, SecretUse use)
{
    const std::string file_key = std::string(key) + "_file";
    const Node* inline_value = scalar(key, "text");
    const Node* file = scalar(file_key, "the name of a file");
    if (inline_value != nullptr && file != nullptr) {
        problem(file_key, "is given together with '" + std::string(key) + "'; keep one of them");
    } else if (inline_value != nullptr) {
        check_secret(key, inline_value->text, use);
        out = Secret(inline_value->text);
    } else if (file != nullptr) {
        auto value = read_secret_file(reading_->resolve(file->text, file->layer));
        if (!value) {
            problem(file_key, "the file named here " + value.error());
            return;
        }
        check_secret(file_key, *value, use);
        out = Secret(std::move(*value));
    }
}

void Section::ca_file(std::string_view key, std::string& out)
{
    const Node* node = scalar(key, "the name of a file");
    if (node == nullptr || node->text.empty()) {
        return;
    }
    const auto path = reading_->resolve(node->text, node->layer);
    if (const std::string error = check_ca_file(path); !error.empty()) {
        problem(key, "the file named here " + error);
        return;
    }
    out = path.string();
}

void Section::certificate_files(std::string_view certificate_key, std::string& certificate, std::string_view key_key,
                                std::string& key)
{
    const Node* certificate_node = scalar(certificate_key, "the name of a file");
    const Node* key_node = scalar(key_key, "the name of a file");
    if (certificate_node == nullptr || key_node == nullptr) {
        return;
    }
    const auto certificate_path = reading_->resolve(certificate_node->text, certificate_node->layer);
    const auto key_path = reading_->resolve(key_node->text, key_node->layer);
    if (const std::string error = check_ca_file(certificate_path); !error.empty()) {
        problem(certificate_key, "the file named here " + error);
    } else if (const std::string key_error = check_key_file(key_path, certificate_path); !key_error.empty()) {
        problem(key_key, "the file named here " + key_error);
    }
    certificate = certificate_path.string();
    key = key_path.string();
}

} // namespace polyglance::config
