#include "proxy/http/server_tls.hpp"

#include <openssl/ssl.h>

#include <string_view>

namespace polyglance {
namespace {

namespace ssl = boost::asio::ssl;

/// Picks HTTP/1.1 among what the client offers by ALPN (RFC 7301); one who offers only other protocols is refused.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned int offered_length, void*)
{
    constexpr std::string_view ours = "http/1.1";
    const std::string_view all(reinterpret_cast<const char*>(offered), offered_length);
    for (std::size_t at = 0; at < all.size();) {
        const auto length = static_cast<unsigned char>(all[at]);
        if (all.substr(at + 1, length) == ours) {
            *out = offered + at + 1;
            *out_length = length;
            return SSL_TLSEXT_ERR_OK;
        }
        at += 1U + length;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<ssl::context> make_context(const ServerTlsConfig& config)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);         // idle connections hold no buffers
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF); // tickets do without
    SSL_CTX_set_alpn_select_cb(native, &choose_protocol, nullptr);
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
    context->use_certificate_chain_file(config.certificate);
    context->use_private_key_file(config.key, ssl::context::pem);
    return context;
}

} // namespace

ServerTls::ServerTls(const ServerTlsConfig& config) : context_(make_context(config)) {}

void ServerTls::reload(const ServerTlsConfig& config)
{
    auto next = make_context(config);
    const std::lock_guard lock(mutex_);
    context_ = std::move(next);
}

std::shared_ptr<ssl::context> ServerTls::context() const
{
    const std::lock_guard lock(mutex_);
    return context_;
}

} // namespace polyglance
