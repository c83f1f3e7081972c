#include "tests/support/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <unistd.h>

namespace polyglance::test {
namespace {

template <auto Free>
struct Freeing {
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Memory = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;

constexpr long day = 24L * 3600;

void check(bool done)
{
    if (!done) {
        throw std::runtime_error("OpenSSL cannot make a test certificate");
    }
}

Key make_key()
{
    Key key(EVP_EC_gen("P-256"));
    check(key != nullptr);
    return key;
}

void add_extension(X509* certificate, int nid, const char* value)
{
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

struct Wanted {
    const char* name;
    const char* alternative_names; ///< null for an authority
    long from = -day;
    long until = day;
};

/// Signed by `authority_key` in the name of `authority`; by itself when that is null.
Certificate make(const Wanted& wanted, EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key)
{
    static long serial = 0;
    Certificate certificate(X509_new());
    X509* const x = certificate.get();
    check(X509_set_version(x, X509_VERSION_3) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial) == 1);
    check(X509_gmtime_adj(X509_getm_notBefore(x), wanted.from) != nullptr);
    check(X509_gmtime_adj(X509_getm_notAfter(x), wanted.until) != nullptr);
    check(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>(wanted.name), -1, -1, 0) == 1);
    check(X509_set_issuer_name(x, X509_get_subject_name(authority != nullptr ? authority : x)) == 1);
    check(X509_set_pubkey(x, key) == 1);
    if (wanted.alternative_names != nullptr) {
        add_extension(x, NID_subject_alt_name, wanted.alternative_names);
    } else {
        add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
    }
    check(X509_sign(x, authority_key != nullptr ? authority_key : key, EVP_sha256()) != 0);
    return certificate;
}

template <class Write>
std::string pem(Write write)
{
    const Memory memory(BIO_new(BIO_s_mem()));
    check(write(memory.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string certificate_pem(X509* certificate)
{
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

struct Authority {
    Key key = make_key();
    Certificate certificate;

    explicit Authority(const char* name) : certificate(make({name, nullptr}, key.get(), nullptr, nullptr)) {}
};

Authority& test_authority()
{
    static Authority authority("Test Authority");
    return authority;
}

/// Removes its file when the process ends.
struct CaFile {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("polyglance-test-ca-" + std::to_string(::getpid()) + ".pem");

    CaFile() { std::ofstream(path) << certificate_pem(test_authority().certificate.get()); }
    ~CaFile()
    {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

} // namespace

TestCertificate make_certificate(FakeTls kind)
{
    Wanted wanted{"polyglance test", "IP:127.0.0.1,DNS:localhost"};
    if (kind == FakeTls::expired) {
        wanted.from = -2 * day;
        wanted.until = -day;
    } else if (kind == FakeTls::not_yet_valid) {
        wanted.from = day;
        wanted.until = 2 * day;
    } else if (kind == FakeTls::wrong_host) {
        wanted.alternative_names = "IP:127.0.0.2,DNS:images.invalid";
    }
    const Key key = make_key();
    Certificate certificate;
    if (kind == FakeTls::self_signed) {
        certificate = make(wanted, key.get(), nullptr, nullptr);
    } else if (kind == FakeTls::unknown_authority) {
        const Authority stranger("Another Authority");
        certificate = make(wanted, key.get(), stranger.certificate.get(), stranger.key.get());
    } else {
        Authority& authority = test_authority();
        certificate = make(wanted, key.get(), authority.certificate.get(), authority.key.get());
    }
    const auto write_key = [&](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    };
    return {certificate_pem(certificate.get()), pem(write_key)};
}

std::filesystem::path test_ca_file()
{
    static const CaFile file;
    return file.path;
}

} // namespace polyglance::test
