#pragma once

#include <string>
#include <string_view>

namespace polyglance {

/// A weak entity tag from `content`: W/"hash-length". Weak because all content codings share it. What is shown to some
/// callers only has a tag of its own for each `visibility`.
std::string make_etag(std::string_view content, std::string_view visibility = {});

/// True when `field`, the value of If-None-Match or If-Match, is `*` or lists `etag`. The comparison is weak for both:
/// we have no strong tags, and for a deletion "the same content" is what the caller means.
bool etag_matches(std::string_view field, std::string_view etag);

} // namespace polyglance
