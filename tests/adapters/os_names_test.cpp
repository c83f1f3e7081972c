#include <gtest/gtest.h>

#include "adapters/os_names.hpp"

namespace polyglance::wire {
namespace {

struct VersionCase {
    std::string_view text, platform;
    std::optional<std::string> version;
    std::optional<int> bits;
};

TEST(OsNames, AVersionIsWhatIsLeftOfThePlatformAndTheBits)
{
    for (const auto& [text, platform, version, bits] : {
             VersionCase{"Red Hat Enterprise Linux 7.6 64bit", "RedHat", "7.6", 64},
             VersionCase{"Oracle Linux Server 7.4 64 bit", "Oracle Linux", "Server 7.4", 64},
             VersionCase{"CentOS7.4 64-bit", "CentOS", "7.4", 64},
             VersionCase{"CentOS 64bit 7.4", "centos", "7.4", 64},
             VersionCase{"Debian 9.0.0 32BIT", "Debian", "9.0.0", 32},
             VersionCase{"MyOS 3 64bit", "MyOS", "3", 64},
             VersionCase{"MyOS 3", "", "MyOS 3", std::nullopt},
             VersionCase{"Ubuntu 18.04", "CentOS", "Ubuntu 18.04", std::nullopt},
             VersionCase{"64bit", "", std::nullopt, 64},
             VersionCase{"CentOS", "CentOS", std::nullopt, std::nullopt},
             VersionCase{"a64bits 164bit 16bit rabbit", "", "a64bits 164bit 16bit rabbit", std::nullopt},
         }) {
        const auto said = parse_os_version(text, platform);

        EXPECT_EQ(said.version, version) << text;
        EXPECT_EQ(said.bits, bits) << text;
    }
}

TEST(OsNames, AnImageNameTellsTheSystemInOneFormOnly)
{
    const auto centos = parse_image_name("Centos_6.5 x86");
    ASSERT_TRUE(centos);
    EXPECT_EQ(centos->distro, "centos");
    EXPECT_EQ(centos->version, "6.5");
    EXPECT_EQ(centos->bits, 32);

    const auto oracle = parse_image_name("Oracle-Linux-7.4");
    ASSERT_TRUE(oracle);
    EXPECT_EQ(oracle->distro, "oraclelinux");
    EXPECT_FALSE(oracle->bits);

    for (const auto* const name : {"", "-", "x64", "ubuntu", "ubuntu-x64", "ubuntu-test-16.04-x64", "my-centos-7-x64",
                                   "Usr-Image", "Windows-Server-x64", "centos7-x64"}) {
        EXPECT_FALSE(parse_image_name(name)) << name;
    }
}

} // namespace
} // namespace polyglance::wire
