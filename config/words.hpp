#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "config/config.hpp"

/// The words of the configuration's enumerations, for reading and for writing.
namespace polyglance::config {

template <class Enum, std::size_t Count>
using Words = std::array<std::pair<std::string_view, Enum>, Count>;

inline constexpr Words<LogFormat, 3> log_format_words{
    {{"auto", LogFormat::automatic}, {"text", LogFormat::text}, {"json", LogFormat::json}}};
inline constexpr Words<LogLevel, 5> log_level_words{{{"trace", LogLevel::trace},
                                                     {"debug", LogLevel::debug},
                                                     {"info", LogLevel::info},
                                                     {"warn", LogLevel::warn},
                                                     {"error", LogLevel::error}}};
inline constexpr Words<NovaListing, 2> nova_listing_words{
    {{"detail", NovaListing::detail}, {"brief", NovaListing::brief}}};
inline constexpr Words<AuthType, 6> auth_type_words{{{"none", AuthType::none},
                                                     {"token", AuthType::token},
                                                     {"password", AuthType::password},
                                                     {"application_credential", AuthType::application_credential},
                                                     {"aksk", AuthType::aksk},
                                                     {"acs", AuthType::acs}}};

template <class Enum, std::size_t Count>
std::string_view word_for(const Words<Enum, Count>& words, Enum value)
{
    for (const auto& [word, meaning] : words) {
        if (meaning == value) {
            return word;
        }
    }
    return {};
}

} // namespace polyglance::config
