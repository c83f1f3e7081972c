#pragma once

#include <string>

#include "adapters/http/http_client.hpp"
#include "model/error.hpp"

namespace polyglance {

/// The whole of `request` as it goes on the wire, body included.
/// Host, Content-Length, Connection, Transfer-Encoding and Accept-Encoding are ours alone: such headers in `request`
/// are left out. Accept and User-Agent are added where `request` has none. Errors: upstream_bad_request when the target
/// is not a path of visible ASCII or the head is larger than 64 KiB; config when a header could break out of its line
/// (tokens come from configuration and from identity services).
Result<std::string> write_request(const HttpRequest& request);

} // namespace polyglance
