#include <gtest/gtest.h>

#include "adapters/distros.hpp"

namespace polyglance::wire {
namespace {

TEST(Distros, OneSlugForEverySpelling)
{
    for (const auto* const text : {"RedHat", "Red Hat", "redhat", "RHEL", "Red-Hat_Enterprise Linux"}) {
        EXPECT_EQ(known_distro(text), "rhel") << text;
    }
    EXPECT_EQ(known_distro("SUSE"), "sles");
    EXPECT_EQ(known_distro("OpenSUSE"), "opensuse");
    EXPECT_EQ(known_distro("Oracle Linux"), "oraclelinux");
    for (const auto* const text : {"", "Other", "Void Linux", "centos7"}) {
        EXPECT_FALSE(known_distro(text)) << text;
    }
}

TEST(Distros, AnUnknownDistroBecomesItsOwnSlugIfItCanBeOne)
{
    ComposedTexts texts;
    EXPECT_EQ(distro_slug("Void Linux", texts), "voidlinux");
    EXPECT_EQ(distro_slug("rhel", texts), "rhel");
    for (const auto* const text : {"", " - ", "other", "麒麟", "a/b", "<x>"}) {
        EXPECT_FALSE(distro_slug(text, texts)) << text;
    }
}

TEST(Distros, OnlyKnownDistrosHaveAFamily)
{
    EXPECT_EQ(family_of("ubuntu"), OsFamily::linux);
    EXPECT_EQ(family_of("windows"), OsFamily::windows);
    EXPECT_FALSE(family_of("freebsd"));
}

TEST(Distros, EveryPlatformWordReadsBack)
{
    for (const auto* const slug : {"centos", "coreos", "debian", "euleros", "fedora", "opensuse", "oraclelinux", "rhel",
                                   "sles", "ubuntu", "windows"}) {
        const auto word = platform_word(slug);
        ASSERT_TRUE(word) << slug;
        EXPECT_EQ(known_distro(*word), slug);
    }
    EXPECT_FALSE(platform_word("voidlinux"));
}

} // namespace
} // namespace polyglance::wire
