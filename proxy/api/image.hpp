#pragma once

#include <boost/asio/awaitable.hpp>

#include "proxy/api/context.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// GET and HEAD of /v1/images/{uid}: one image and the state of its source. 404 only when the source has answered.
asio::awaitable<Response> get_image(ApiContext& context, const Request& request);

/// DELETE of /v1/images/{uid} (unified API 7): at most one upstream call, never for an image that is known to be
/// protected or to have changed. Every outcome is reported to `context.audit`.
asio::awaitable<Response> delete_image(ApiContext& context, const Request& request);

} // namespace polyglance
