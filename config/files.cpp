#include "config/files.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace polyglance::config {
namespace {

constexpr std::size_t largest_secret = 64UL << 10;
constexpr std::size_t largest_ca_file = 4UL << 20;

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor()
    {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

std::string cannot_be_read(int error)
{
    return error == ENOENT ? "does not exist" : "cannot be read (" + std::generic_category().message(error) + ")";
}

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Bio read_only_bio(const std::string& text)
{
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

/// Null when the text holds none in PEM form.
Certificate first_certificate(const std::string& text)
{
    const auto bio = read_only_bio(text);
    Certificate out(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
    ERR_clear_error();
    return out;
}

/// Without it OpenSSL would ask on the terminal.
int refuse_pass_phrase(char*, int, int, void*)
{
    return -1;
}

} // namespace

std::expected<FileText, std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit)
{
    // Without O_NONBLOCK, opening a pipe nobody writes to would never return.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status{};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
        return std::unexpected(cannot_be_read(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return std::unexpected(S_ISDIR(status.st_mode) ? "is a folder" : "is no regular file");
    }
    FileText out;
    out.mode = status.st_mode & 07777U;
    std::array<char, 16384> buffer{};
    while (out.text.size() <= limit) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0) {
            return std::unexpected(cannot_be_read(errno));
        }
        if (got == 0) {
            return out;
        }
        out.text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return std::unexpected("is larger than " + std::to_string(limit >> 10) + " KiB");
}

std::expected<std::string, std::string> read_secret_file(const std::filesystem::path& path)
{
    auto file = read_regular_file(path, largest_secret);
    if (!file) {
        return std::unexpected(file.error());
    }
    if ((file->mode & ~0640U) != 0) {
        return std::unexpected("is open to too many: its mode must be 0640 or narrower (chmod 640)");
    }
    std::string& text = file->text;
    if (text.ends_with('\n')) {
        text.pop_back();
        if (text.ends_with('\r')) {
            text.pop_back();
        }
    }
    if (text.empty()) {
        return std::unexpected("is empty");
    }
    return std::move(text);
}

std::string check_ca_file(const std::filesystem::path& path)
{
    const auto file = read_regular_file(path, largest_ca_file);
    if (!file) {
        return file.error();
    }
    return first_certificate(file->text) ? "" : "holds no certificate in PEM form";
}

std::string check_key_file(const std::filesystem::path& key, const std::filesystem::path& certificate)
{
    const auto text = read_secret_file(key);
    if (!text) {
        return text.error();
    }
    const auto bio = read_only_bio(*text);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> parsed(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_pass_phrase, nullptr), &EVP_PKEY_free);
    const auto certificate_file = read_regular_file(certificate, largest_ca_file);
    const auto owner = certificate_file ? first_certificate(certificate_file->text) : first_certificate({});
    const bool fits = parsed && owner && X509_check_private_key(owner.get(), parsed.get()) == 1;
    ERR_clear_error();
    if (!parsed) {
        return "holds no private key in PEM form without a pass phrase";
    }
    return fits ? "" : "holds the key of another certificate";
}

} // namespace polyglance::config
