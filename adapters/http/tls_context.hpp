#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "config/config.hpp"
#include "model/error.hpp"

namespace polyglance {

/// One OpenSSL context per way of verifying, made on first use and kept.
/// TLS 1.2 at least; certificates are checked against `ca_file` or the system's store unless `verify` is off.
class TlsContexts {
public:
    /// Errors: config when the CA file cannot be read or holds no certificate.
    Result<std::shared_ptr<boost::asio::ssl::context>> context_for(const TlsConfig& config);

private:
    std::map<std::pair<std::string, bool>, std::shared_ptr<boost::asio::ssl::context>> contexts_;
};

/// Makes `tls` send the name of `host` (SNI) and accept only a certificate for it, name or address.
void expect_host(SSL* tls, const std::string& host);

/// Why a handshake failed, in words for people, without the host's name.
std::string describe_handshake_failure(const SSL* tls, const boost::system::error_code& error);

} // namespace polyglance
