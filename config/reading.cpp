#include "config/reading.hpp"

#include <algorithm>

#include "config/address.hpp"

namespace polyglance {

std::string ConfigProblem::to_string() const
{
    std::string out = where;
    for (const auto* part : {&pointer, &message}) {
        if (!part->empty()) {
            out += (out.empty() ? "" : ": ") + *part;
        }
    }
    return suggestion.empty() ? out : out + "; did you mean '" + suggestion + "'?";
}

namespace config {
namespace {

// Enough to repair any file by; a file of rubbish must not fill the log.
constexpr std::size_t most_problems = 200;

} // namespace

const std::string* Reading::environment(std::string_view name) const
{
    const auto& all = inputs_.environment;
    const auto found = std::find_if(all.begin(), all.end(), [name](const auto& v) { return v.first == name; });
    return found == all.end() ? nullptr : &found->second;
}

void Reading::problem(std::string where, std::string pointer, std::string message, std::string suggestion)
{
    ++count_;
    if (problems_.size() < most_problems) {
        problems_.push_back({std::move(where), std::move(pointer), std::move(message), std::move(suggestion)});
    }
}

void Reading::warning(std::string where, std::string_view message)
{
    where += ": ";
    where += message;
    warnings_.push_back(std::move(where));
}

std::filesystem::path Reading::resolve(std::string_view path, Layer layer) const
{
    if (path.starts_with("~/") && !inputs_.home.empty()) {
        return std::filesystem::path(inputs_.home) / path.substr(2);
    }
    const std::filesystem::path base =
        layer == Layer::file ? folder_ : std::filesystem::path(inputs_.working_directory);
    return (base / path).lexically_normal();
}

std::vector<ConfigProblem> Reading::take_problems()
{
    if (count_ > problems_.size()) {
        problems_.push_back({"", "", std::to_string(count_ - problems_.size()) + " more problems are not shown", ""});
    }
    return std::move(problems_);
}

std::string joined(std::span<const std::string> words)
{
    std::string out;
    for (const auto& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return out;
}

std::string shown_key(std::string_view key)
{
    const bool is_name = !key.empty() && key.size() <= 40 && std::all_of(key.begin(), key.end(), [](char c) {
        return is_alphanumeric(c) || c == '_' || c == '-';
    });
    return is_name ? std::string(key) : "?";
}

} // namespace config
} // namespace polyglance
