#include "proxy/api/document.hpp"

#include "proxy/api/envelope.hpp"
#include "proxy/api/etag.hpp"

namespace polyglance {

Response document_response(const Request& request, std::string_view content_type, std::string body,
                           std::string_view cache_control)
{
    const auto etag = make_etag(body);
    Response response;
    if (etag_matches(request.header("If-None-Match"), etag)) {
        response.status = 304;
    } else {
        response = make_response(200, content_type, std::move(body));
    }
    response.add("ETag", etag);
    response.add("Cache-Control", cache_control);
    response.add("Vary", vary);
    return response;
}

} // namespace polyglance
