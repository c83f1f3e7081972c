#include "proxy/api/routes.hpp"

#include <string>

#include "proxy/api/image.hpp"
#include "proxy/api/list.hpp"
#include "proxy/api/plain_route.hpp"
#include "proxy/api/providers.hpp"
#include "proxy/api/request_guard.hpp"
#include "proxy/api/route_docs.hpp"
#include "proxy/api/schemas.hpp"
#include "proxy/api/service_pages.hpp"
#include "proxy/api/sources.hpp"

namespace polyglance {
namespace {

std::string component(std::string_view name)
{
    return "#/components/schemas/" + std::string(name);
}

void add_image_routes(std::vector<Route>& routes, ApiContext& context)
{
    const auto uid = path_parameter("uid", "source~native_id, percent-encoded");
    auto show = projection_parameters();
    show.push_back(uid);
    routes.push_back({.pattern = "/v1/images",
                      .at_hand = [&context](const Request& request) { return list_images_at_hand(context, request); },
                      .handler = [&context](const Request& request) { return list_images(context, request); },
                      .doc = {.operation_id = "listImages",
                              .summary = "One page of the images of all sources, with the state of each source.",
                              .parameters = list_parameters(),
                              .response_schema = component("ImageList"),
                              .errors = {400, 401, 403, 406, 429, 502, 503, 504}},
                      .access = Access::read});
    routes.push_back({.pattern = "/v1/images/{uid}",
                      .handler = [&context](const Request& request) { return get_image(context, request); },
                      .doc = {.operation_id = "getImage",
                              .summary = "One image and the state of its source.",
                              .parameters = std::move(show),
                              .response_schema = component("ImageAnswer"),
                              .errors = {400, 401, 403, 404, 406, 429, 503, 504}},
                      .access = Access::read});
    routes.push_back(
        {.method = Method::delete_,
         .pattern = "/v1/images/{uid}",
         .handler = [&context](const Request& request) { return delete_image(context, request); },
         .doc = {.operation_id = "deleteImage",
                 .summary = "Deletes the image in its cloud, where the operator allows it.",
                 .parameters = {uid, flag_parameter("dry_run", "1: say which call would be made (200), make none."),
                                header_parameter("If-Match", "Delete only while the image has this ETag.")},
                 .success = 204,
                 .errors = {400, 401, 403, 404, 405, 406, 409, 412, 429, 502, 503, 504}},
         .access = Access::known});
}

void add_source_routes(std::vector<Route>& routes, ApiContext& context)
{
    const auto id = path_parameter("id", "id of a configured source");
    routes.push_back(
        plain_route({.pattern = "/v1/sources",
                     .doc = {.operation_id = "listSources",
                             .summary = "Every configured source and how it is doing.",
                             .response_schema = component("SourceList"),
                             .errors = {400, 401, 403, 406, 429}},
                     .offers = {json_type},
                     .answer = [&context](const Request& request) { return list_sources(context, request); },
                     .access = Access::read}));
    routes.push_back(plain_route({.pattern = "/v1/sources/{id}",
                                  .doc = {.operation_id = "getSource",
                                          .summary = "One source and how it is doing.",
                                          .parameters = {id},
                                          .response_schema = component("Source"),
                                          .errors = {400, 401, 403, 404, 406, 429}},
                                  .offers = {json_type},
                                  .answer = [&context](const Request& request) { return get_source(context, request); },
                                  .access = Access::read}));
    routes.push_back(
        plain_route({.method = Method::post,
                     .pattern = "/v1/sources/{id}:refresh",
                     .doc = {.operation_id = "refreshSource",
                             .summary = "Asks for the source to be read again soon; does not wait for it.",
                             .parameters = {id},
                             .response_schema = component("Source"),
                             .success = 202,
                             .errors = {400, 401, 403, 404, 406, 429, 503}},
                     .offers = {json_type},
                     .answer = [&context](const Request& request) { return refresh_source(context, request); },
                     .access = Access::known}));
}

void add_discovery_routes(std::vector<Route>& routes, ApiContext& context)
{
    routes.push_back(plain_route({.pattern = "/v1/providers",
                                  .doc = {.operation_id = "listProviders",
                                          .summary = "What each kind of cloud can tell and do.",
                                          .response_schema = component("ProviderList"),
                                          .errors = {400, 406}},
                                  .offers = {json_type},
                                  .answer = list_providers}));
    routes.push_back(plain_route({.pattern = "/v1/providers/{kind}",
                                  .doc = {.operation_id = "getProvider",
                                          .summary = "What one kind of cloud can tell and do.",
                                          .parameters = {path_parameter("kind", "nova, glance ...")},
                                          .response_schema = component("Provider"),
                                          .errors = {400, 404, 406}},
                                  .offers = {json_type},
                                  .answer = get_provider}));
    routes.push_back(plain_route({.pattern = "/v1/schemas/{name}",
                                  .doc = {.operation_id = "getSchema",
                                          .summary = "JSON Schema 2020-12 of an answer.",
                                          .parameters = {path_parameter("name", "image, images or problem")},
                                          .errors = {400, 404, 406}},
                                  .offers = {json_type, "application/schema+json"},
                                  .answer = get_schema}));
    routes.push_back(plain_route({.pattern = "/problems/{code}",
                                  .doc = {.operation_id = "getProblem",
                                          .summary = "What an error code means, as JSON or HTML.",
                                          .parameters = {path_parameter("code", "code of a problem")},
                                          .response_schema = component("ProblemMeaning"),
                                          .errors = {400, 404, 406}},
                                  .offers = {json_type, html_type},
                                  .answer = get_problem}));
    routes.push_back(
        plain_route({.pattern = "/",
                     .doc = {.operation_id = "getIndex",
                             .summary = "Where everything is.",
                             .response_schema = component("Index"),
                             .errors = {400, 406}},
                     .offers = {json_type},
                     .answer = [&context](const Request& request) { return get_index(context, request); }}));
}

/// Probes send what they like as Accept: nothing is negotiated here.
void add_health_routes(std::vector<Route>& routes, ApiContext& context)
{
    for (const auto* path : {"livez", "healthz"}) {
        routes.push_back(
            plain_route({.pattern = std::string("/") + path,
                         .doc = {.operation_id = path, .summary = "The process is alive.", .errors = {400, 503}},
                         .answer = [&context](const Request& request) { return get_liveness(context, request); },
                         .audience = Audience::both}));
    }
    routes.push_back(
        plain_route({.pattern = "/readyz",
                     .doc = {.operation_id = "readyz",
                             .summary = "Requests are welcome.",
                             .parameters = {{"verbose", "query", "List what was checked, and the sources.",
                                             R"({"type":"string"})"}},
                             .errors = {400, 503}},
                     .answer = [&context](const Request& request) { return get_readiness(context, request); },
                     .audience = Audience::both}));
    routes.push_back(
        plain_route({.pattern = "/version",
                     .doc = {.operation_id = "getVersion",
                             .summary = "What is running.",
                             .response_schema = component("Version"),
                             .errors = {400}},
                     .answer = [&context](const Request& request) { return get_version(context, request); },
                     .audience = Audience::both}));
}

} // namespace

std::vector<Route> api_routes(ApiContext& context)
{
    std::vector<Route> routes;
    add_image_routes(routes, context);
    add_source_routes(routes, context);
    add_discovery_routes(routes, context);
    add_health_routes(routes, context);
    return routes;
}

} // namespace polyglance
