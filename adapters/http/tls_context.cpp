#include "adapters/http/tls_context.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string_view>

namespace polyglance {
namespace {

namespace ssl = boost::asio::ssl;

std::string_view describe_verification(long reason)
{
    switch (reason) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "the certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "the certificate is for another host";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "the certificate is self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "the certificate is from an unknown authority";
    case X509_V_ERR_CERT_REVOKED:
        return "the certificate was revoked";
    case X509_V_ERR_INVALID_PURPOSE:
        return "the certificate is not for servers";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return "the certificate is too weak";
    default:
        return "the certificate is not valid";
    }
}

std::string_view describe_protocol(const boost::system::error_code& error)
{
    if (error == boost::asio::error::eof || error == ssl::error::stream_truncated) {
        return "the connection was closed during the handshake";
    }
    if (error.category() != boost::asio::error::get_ssl_category()) {
        return "the connection failed during the handshake";
    }
    switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
        return "the backend offers no TLS 1.2 or newer";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
        return "the backend does not speak TLS on this port";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return "the backend wants a client certificate";
    default:
        return "the handshake failed";
    }
}

Result<std::shared_ptr<ssl::context>> make_context(const TlsConfig& config)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    boost::system::error_code error;
    if (!config.verify) {
        context->set_verify_mode(ssl::verify_none, error);
        return context;
    }
    context->set_verify_mode(ssl::verify_peer, error);
    if (config.ca_file.empty()) {
        context->set_default_verify_paths(error);
    } else {
        context->load_verify_file(config.ca_file, error);
    }
    if (error) {
        return failure(ErrorClass::config, "TLS: the CA file cannot be read or holds no certificate");
    }
    return context;
}

} // namespace

Result<std::shared_ptr<ssl::context>> TlsContexts::context_for(const TlsConfig& config)
{
    const auto key = std::pair(config.ca_file, config.verify);
    if (const auto known = contexts_.find(key); known != contexts_.end()) {
        return known->second;
    }
    auto made = make_context(config);
    if (made) {
        contexts_.emplace(key, *made);
    }
    return made;
}

void expect_host(SSL* tls, const std::string& host)
{
    X509_VERIFY_PARAM* const rules = SSL_get0_param(tls);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    if (not_an_address) {
        SSL_set_tlsext_host_name(tls, host.c_str());
        X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str());
    }
}

std::string describe_handshake_failure(const SSL* tls, const boost::system::error_code& error)
{
    const long reason = SSL_get_verify_result(tls);
    return "TLS: " + std::string(reason == X509_V_OK ? describe_protocol(error) : describe_verification(reason));
}

} // namespace polyglance
