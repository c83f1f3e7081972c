#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

namespace polyglance::config {

struct FileText {
    std::string text;
    unsigned mode = 0; ///< permission bits, from the opened file itself
};

/// The whole of a regular file of at most `limit` bytes. The error goes on from "the file ..." and names no path: where
/// a path belongs, people sometimes write the secret itself.
std::expected<FileText, std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit);

/// A secret file: not wider than 0640, not empty, at most 64 KiB; one trailing newline is cut off.
std::expected<std::string, std::string> read_secret_file(const std::filesystem::path& path);

/// "" when the file holds at least one certificate in PEM form, else the error as above.
std::string check_ca_file(const std::filesystem::path& path);

/// "" when the file is a secret file with a private key in PEM form, without a pass phrase, that belongs to the first
/// certificate of the other one; else the error as above.
std::string check_key_file(const std::filesystem::path& key, const std::filesystem::path& certificate);

} // namespace polyglance::config
