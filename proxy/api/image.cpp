#include "proxy/api/image.hpp"

#include <array>

#include "adapters/http/percent.hpp"
#include "proxy/api/envelope.hpp"
#include "proxy/api/etag.hpp"
#include "proxy/api/image_address.hpp"
#include "proxy/api/json_members.hpp"
#include "proxy/api/locate_image.hpp"
#include "proxy/api/projection_parameters.hpp"
#include "proxy/api/request_guard.hpp"

namespace polyglance {
namespace {

std::string image_body(const LocatedImage& image, const ImageAddress& address, const Projection& projection,
                       const std::string& prefix)
{
    std::string out = "{\"image\":";
    std::string record;
    const auto basic = image.snapshot->append_record(record, *image.row);
    append_projected(out, record, basic, projection);
    out += ",\"source\":";
    append_source_status(out, image.shown, Matched::left_out);
    out += ",\"links\":{";
    append_member(out, "self", prefix + "/v1/images/" + percent_encode(address.uid));
    append_member(out, "source", prefix + "/v1/sources/" + address.source);
    return out + "}}\n";
}

Response show_image(const LocatedImage& image, const ImageAddress& address, const Projection& projection,
                    const Request& request, Instant now)
{
    const auto etag = image.etag();
    Response response;
    if (etag_matches(request.header("If-None-Match"), etag)) {
        response.status = 304;
    } else {
        response = make_response(200, json_type, image_body(image, address, projection, request.prefix));
        response.add("Link", link_value(request.prefix + "/v1/schemas/image", "describedby"));
    }
    response.add("ETag", etag);
    response.add("Vary", vary);
    response.add("Source-Status", source_status_header({&image.shown, 1}));
    response.head += timing_head({&image.shown, 1}, image.supplied, now);
    return response;
}

} // namespace

asio::awaitable<Response> get_image(ApiContext& context, const Request& request)
{
    QueryReader query(request.query);
    const auto projection = read_projection(query, Projection::View::full);
    auto problem = refuse_head(request, std::array{json_type});
    if (!problem) {
        problem = query.finish();
    }
    const auto address = ImageAddress::of(request, *context.hub.current());
    if (!problem && !address.info) {
        problem = no_such_source();
    }
    if (problem) {
        co_return problem_response(*problem, request);
    }
    const Deadline deadline = request.received + context.settings.get()->wait;
    const auto directives = read_cache_directives(request);
    const auto image = co_await locate_image(context, address.source, address.native_id, directives, deadline);
    if (image.supplied == Supplied::not_cached) {
        co_return problem_response({.code = "not_cached", .detail = "The answer would need a call to a cloud."},
                                   request);
    }
    if (!image.row) {
        co_return problem_response(image.missing_problem(context.clock.now()), request);
    }
    co_return show_image(image, address, projection, request, context.clock.now());
}

} // namespace polyglance
