#pragma once

#include <filesystem>
#include <string>

namespace polyglance::test {

/// How a TLS server of a test presents itself. All but `valid` and `tls11` are to be refused for their certificate.
enum class FakeTls {
    off,
    valid, ///< for 127.0.0.1 and localhost, signed by the test authority
    expired,
    not_yet_valid,
    wrong_host,
    self_signed,
    unknown_authority,
    tls11, ///< a valid certificate, but nothing newer than TLS 1.1
};

struct TestCertificate {
    std::string certificate_pem;
    std::string key_pem;
};

/// Made on the spot with fresh keys; nothing of it is kept in the source tree.
TestCertificate make_certificate(FakeTls kind);

/// The certificate of the test authority in a file of this process, for `TlsConfig::ca_file`.
std::filesystem::path test_ca_file();

} // namespace polyglance::test
