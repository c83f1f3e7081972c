#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <mutex>

#include "config/config.hpp"

namespace polyglance {

/// How the data listeners show who they are: TLS 1.2 at least, HTTP/1.1 by ALPN, no renegotiation, no compression.
/// Any thread.
class ServerTls {
public:
    /// Throws boost::system::system_error when the files cannot be read or do not fit each other.
    explicit ServerTls(const ServerTlsConfig& config);

    /// Reads the files again; connections made from now on get what they hold. Throws as above, and changes nothing.
    void reload(const ServerTlsConfig& config);
    std::shared_ptr<boost::asio::ssl::context> context() const;

private:
    mutable std::mutex mutex_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

} // namespace polyglance
