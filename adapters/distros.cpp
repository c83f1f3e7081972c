#include "adapters/distros.hpp"

#include <algorithm>
#include <array>

#include "adapters/scalars.hpp"

namespace polyglance::wire {
namespace {

struct Spelling {
    std::string_view folded;
    std::string_view slug;
};

constexpr std::array spellings{
    Spelling{"almalinux", "almalinux"},
    Spelling{"alpine", "alpine"},
    Spelling{"arch", "arch"},
    Spelling{"centos", "centos"},
    Spelling{"cirros", "cirros"},
    Spelling{"coreos", "coreos"},
    Spelling{"debian", "debian"},
    Spelling{"euleros", "euleros"},
    Spelling{"fedora", "fedora"},
    Spelling{"openeuler", "openeuler"},
    Spelling{"opensuse", "opensuse"},
    Spelling{"oraclelinux", "oraclelinux"},
    Spelling{"redhat", "rhel"},
    Spelling{"redhatenterpriselinux", "rhel"},
    Spelling{"rhel", "rhel"},
    Spelling{"rocky", "rocky"},
    Spelling{"sles", "sles"},
    Spelling{"suse", "sles"},
    Spelling{"suselinuxenterpriseserver", "sles"},
    Spelling{"ubuntu", "ubuntu"},
    Spelling{"windows", "windows"},
};

constexpr std::size_t longest_spelling =
    std::ranges::max(spellings, {}, [](const Spelling& spelling) { return spelling.folded.size(); }).folded.size();

struct Platform {
    std::string_view slug;
    std::string_view word;
};

constexpr std::array platforms{
    Platform{"centos", "CentOS"},
    Platform{"coreos", "CoreOS"},
    Platform{"debian", "Debian"},
    Platform{"euleros", "EulerOS"},
    Platform{"fedora", "Fedora"},
    Platform{"opensuse", "OpenSUSE"},
    Platform{"rhel", "RedHat"},
    Platform{"sles", "SUSE"},
    Platform{"ubuntu", "Ubuntu"},
    Platform{"windows", "Windows"},
    Platform{"oraclelinux", "Oracle Linux"},
};

bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
}

} // namespace

bool is_separator(char c)
{
    return c == ' ' || c == '-' || c == '_';
}

std::string fold_name(std::string_view text)
{
    std::string out = to_lower(text);
    std::erase_if(out, is_separator);
    return out;
}

std::optional<std::string_view> known_distro(std::string_view text)
{
    std::array<char, longest_spelling> buffer;
    std::size_t size = 0;
    for (const char c : text) {
        if (is_separator(c)) {
            continue;
        }
        if (size == buffer.size()) {
            return std::nullopt;
        }
        buffer[size++] = lower_char(c);
    }
    const std::string_view folded(buffer.data(), size);
    const auto found = std::find_if(spellings.begin(), spellings.end(),
                                    [&](const Spelling& spelling) { return spelling.folded == folded; });
    return found == spellings.end() ? std::nullopt : std::optional(found->slug);
}

std::optional<std::string_view> distro_slug(std::string_view text, ComposedTexts& texts)
{
    if (const auto known = known_distro(text)) {
        return known;
    }
    auto slug = fold_name(text);
    const bool plain = std::all_of(slug.begin(), slug.end(), is_plain) && !slug.empty() && slug != "other";
    return plain ? std::optional(texts.keep(std::move(slug))) : std::nullopt;
}

std::optional<OsFamily> family_of(std::string_view distro)
{
    if (!known_distro(distro)) {
        return std::nullopt;
    }
    return distro == "windows" ? OsFamily::windows : OsFamily::linux;
}

std::optional<std::string_view> platform_word(std::string_view distro)
{
    const auto found = std::find_if(platforms.begin(), platforms.end(),
                                    [&](const Platform& platform) { return platform.slug == distro; });
    return found == platforms.end() ? std::nullopt : std::optional(found->word);
}

} // namespace polyglance::wire
