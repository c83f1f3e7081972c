#include "proxy/build_info.hpp"

#include <boost/version.hpp>

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <zlib.h>
#include <zstd.h>

#include "proxy/version.hpp" // made by CMake

namespace polyglance {
namespace {

std::string dotted(int major, int minor, int patch)
{
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

} // namespace

BuildInfo build_info(Instant started_at)
{
    BuildInfo info;
    info.version = version_text;
    info.commit = version_commit;
    info.built_at = version_built_at;
    info.compiler = __VERSION__;
    info.libraries = {
        {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
        {"fmt", dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
        {"hiredis", dotted(HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH)},
        {"nlohmann_json",
         dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
        {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"zlib", zlibVersion()},
        {"zstd", ZSTD_versionString()},
    };
    info.started_at = started_at;
    return info;
}

} // namespace polyglance
