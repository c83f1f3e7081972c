#include "tests/proxy/api/api_harness.hpp"

#include <memory>

#include "proxy/api/openapi.hpp"
#include "proxy/api/routes.hpp"
#include "tests/support/run.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

/// The one that sends all requests is trusted: it may cut off a prefix of the path.
ServerConfig behind_a_proxy()
{
    std::string error;
    ServerConfig server;
    server.trusted_proxies = {*parse_network("127.0.0.1", error)};
    return server;
}

Router make_router(ApiContext& context)
{
    auto routes = api_routes(context);
    add_openapi_route(routes, context.build.version);
    return Router(std::move(routes));
}

std::map<std::string, std::string> read_head(std::string_view head)
{
    std::map<std::string, std::string> out;
    while (!head.empty()) {
        const auto end = head.find("\r\n");
        const auto colon = head.find(": ");
        const auto [at, fresh] = out.emplace(head.substr(0, colon), head.substr(colon + 2, end - colon - 2));
        at->second += fresh ? "" : " (sent twice)";
        head.remove_prefix(end + 2);
    }
    return out;
}

} // namespace

SourceInfo a_source(std::string id, Provider provider)
{
    SourceInfo out;
    out.title = "Cloud " + id;
    out.id = std::move(id);
    out.provider = provider;
    out.region = "RegionOne";
    out.provides = {"created_at", "name", "protected", "size_bytes", "status", "tags"};
    out.ttl = 60s;
    out.min_refresh = 5s;
    out.stale = 24h;
    return out;
}

Image an_image(std::string native_id, std::string name, int days_old)
{
    Image out;
    out.native_id = std::move(native_id);
    out.name = std::move(name);
    out.status = Status::active;
    out.status_raw = "active";
    out.created_at = *parse_timestamp("2025-06-01T00:00:00Z") - days_old * 24h;
    return out;
}

ApiHarness::ApiHarness()
    : hub(clock, 120s),
      settings(std::make_shared<const ApiSettings>(ApiSettings{100, 1000, 2s, 30s, CursorCodec(std::string(32, 'k'))})),
      context{hub,
              refresh,
              clock,
              settings,
              pages,
              recent,
              [this](const DeleteAudit& audit) { audits.push_back(audit); },
              [this] { return alive; },
              [this] { return readiness; },
              {.version = "1.2.3",
               .commit = "abc",
               .built_at = "2026-01-01",
               .compiler = "clang 19",
               .libraries = {{"boost", "1.81"}},
               .started_at = *parse_timestamp("2026-01-02T03:00:00Z")},
              io.get_executor()},
      router(make_router(context)), gate(behind_a_proxy(), {}),
      dispatcher(router, Audience::data, gate, observer, clock)
{
}

void ApiHarness::configure(std::vector<SourceInfo> infos)
{
    std::vector<std::shared_ptr<const SourceInfo>> shared;
    for (auto& info : infos) {
        shared.push_back(std::make_shared<const SourceInfo>(std::move(info)));
    }
    hub.configure(std::move(shared));
}

void ApiHarness::publish(std::string_view source, const std::vector<Image>& images)
{
    hub.update(source, [&](CatalogSource& target) {
        SnapshotBuilder builder({target.info->id, target.info->provider, target.info->region});
        for (const auto& image : images) {
            builder.add(image);
        }
        target.snapshot = builder.finish();
        target.status.fetched_at = clock.now();
        target.status.expires_at = clock.now() + target.info->ttl;
        target.status.fault.reset();
    });
}

void ApiHarness::fail(std::string_view source, ErrorClass error_class, std::chrono::seconds next_try)
{
    change(source, [&](SourceStatus& status) {
        status.fault = SourceFault{error_class, "503 from the backend", clock.now(), 1, clock.now() + next_try};
    });
}

void ApiHarness::change(std::string_view source, const std::function<void(SourceStatus&)>& change)
{
    hub.update(source, [&](CatalogSource& target) { change(target.status); });
}

Answer ApiHarness::send(Method method, std::string_view target, const Headers& headers)
{
    Request request;
    const auto question = target.find('?');
    request.method = method;
    request.path = target.substr(0, question);
    request.query = question == std::string_view::npos ? "" : target.substr(question + 1);
    for (const auto& [name, value] : headers) {
        request.headers.push_back({name, value});
    }
    request.peer = "127.0.0.1";
    request.request_id = "request-1";
    request.received = clock.steady_now();
    auto ready = dispatcher.at_hand(request);
    const auto response = ready ? std::move(*ready) : run(io, dispatcher.handle(request));
    std::string head;
    for (const auto& shared : {response.shared_head, response.timing_head}) {
        head += shared ? *shared : "";
    }
    head += response.head;
    return {response.status, read_head(head), response.body ? response.body->identity() : ""};
}

std::vector<std::string> ApiHarness::uids(std::string_view target)
{
    std::vector<std::string> out;
    const auto answer = get(target).json();
    for (const auto& image : answer.at("images")) {
        out.push_back(image.at("uid"));
    }
    return out;
}

} // namespace polyglance::test
