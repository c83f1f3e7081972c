#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>

#include "proxy/api/context.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// GET and HEAD of /v1/images: one page of all images of the selected sources, with the state of each of them.
/// With data in hand it awaits nothing.
asio::awaitable<Response> list_images(ApiContext& context, const Request& request);

/// The same for a query that was answered a moment ago (see `RecentAnswers`); empty for any other.
std::optional<Response> list_images_at_hand(ApiContext& context, const Request& request);

} // namespace polyglance
