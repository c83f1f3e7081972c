#include "proxy/demo/demo_clouds.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <functional>
#include <span>

#include "adapters/batchcompute/encode.hpp"
#include "adapters/cloudimages/encode.hpp"
#include "adapters/glance/encode.hpp"
#include "adapters/glance/schema.hpp"
#include "adapters/nova/encode.hpp"
#include "proxy/demo/demo_images.hpp"
#include "proxy/http/listener.hpp"
#include "proxy/http/router.hpp"
#include "proxy/loop.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

/// One made-up cloud: its images and what it answers. Lives on the demo's own loop.
class Cloud {
public:
    explicit Cloud(std::vector<Image> images) : images_(std::move(images)) {}
    virtual ~Cloud() = default;

    asio::awaitable<Response> handle(Request request)
    {
        if (delay > 0ms) {
            asio::steady_timer timer(co_await asio::this_coro::executor, delay);
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        if (fails_every > 0 && ++calls_ % fails_every == 0) {
            co_return json(503, R"({"Code":"ServiceUnavailable","Message":"made up, now and then"})");
        }
        co_return answer(request);
    }

    std::chrono::milliseconds delay{0}; ///< before each answer
    int fails_every = 0;                ///< every so many calls one fails; 0 = never

protected:
    virtual Response answer(const Request& request) = 0;

    static Response json(int status, std::string body) { return make_response(status, "application/json", std::move(body)); }
    static Response not_found() { return json(404, R"({"message":"not found","code":"404 Not Found","title":"Not Found"})"); }
    static std::string target_of(const Request& request)
    {
        return request.query.empty() ? request.path : request.path + "?" + request.query;
    }

    struct Page {
        std::vector<Image> images;
        bool more = false;
        std::string next; ///< id of the first image behind the page; "" = none
    };
    /// The images that pass `listed`, `limit` of them, behind the one called `marker` (or from it, if `inclusive`).
    Page page(const std::function<bool(const Image&)>& listed, const std::string& marker, std::size_t limit,
              bool inclusive) const
    {
        Page out;
        bool begun = marker.empty();
        for (const auto& image : images_) {
            const bool at_marker = !begun && image.native_id == marker;
            if (begun || (at_marker && inclusive)) {
                begun = true;
                if (!listed(image)) {
                    continue;
                }
                if (out.images.size() == limit) {
                    out.more = true;
                    out.next = image.native_id;
                    break;
                }
                out.images.push_back(image);
            }
            begun = begun || at_marker;
        }
        return out;
    }

    /// What OpenStack answers to a DELETE.
    Response remove(const std::string& id)
    {
        const auto found = std::find_if(images_.begin(), images_.end(), [&](const Image& i) { return i.native_id == id; });
        if (found == images_.end()) {
            return not_found();
        }
        if (found->is_protected.value_or(false)) {
            return json(403, R"({"message":"Image is protected and cannot be deleted.","code":"403 Forbidden","title":"Forbidden"})");
        }
        images_.erase(found);
        return {.status = 204};
    }

private:
    std::vector<Image> images_;
    int calls_ = 0;
};

/// The id in `{prefix}{id}`; empty when the path is another.
std::optional<std::string> id_behind(std::string_view path, std::string_view prefix)
{
    if (!path.starts_with(prefix) || path.size() == prefix.size()) {
        return std::nullopt;
    }
    return decode_text(path.substr(prefix.size()));
}

class GlanceCloud final : public Cloud {
public:
    GlanceCloud() : Cloud(demo_glance_images()) {}

protected:
    Response answer(const Request& request) override
    {
        if (request.path == "/v2/schemas/images") {
            return json(200, glance::encode_schema());
        }
        if (const auto id = id_behind(request.path, "/v2/images/"); id && request.method == Method::delete_) {
            return remove(*id);
        }
        if (request.path != "/v2/images" || request.method != Method::get) {
            return not_found();
        }
        const auto asked = glance::read_list_request(target_of(request));
        const auto found = page([&](const Image& image) { return image.hidden.value_or(false) == asked.os_hidden; },
                                asked.marker, asked.limit, false);
        return json(200, glance::encode_page(found.images, asked, found.more));
    }
};

class NovaCloud final : public Cloud {
public:
    NovaCloud() : Cloud(demo_nova_images()) {}
    std::string origin;

protected:
    Response answer(const Request& request) override
    {
        if (const auto id = id_behind(request.path, "/v2.1/images/"); id && request.method == Method::delete_) {
            return remove(*id);
        }
        if ((request.path != "/v2.1/images" && request.path != "/v2.1/images/detail") || request.method != Method::get) {
            return not_found();
        }
        const auto asked = nova::read_list_request(target_of(request));
        const auto found = page([](const Image&) { return true; }, asked.marker, asked.limit, false);
        return json(200, nova::encode_page(found.images, asked, origin, found.more));
    }
};

class HuaweiCloud final : public Cloud {
public:
    HuaweiCloud() : Cloud(demo_cloudimages_images()) {}

protected:
    Response answer(const Request& request) override
    {
        const auto asked = cloudimages::read_list_request(target_of(request));
        if (asked.region != "cn-north-4" || request.method != Method::get) {
            return not_found();
        }
        return json(200, cloudimages::encode_page(
                             page([](const Image&) { return true; }, asked.marker, asked.limit, false).images));
    }
};

class AlibabaCloud final : public Cloud {
public:
    AlibabaCloud() : Cloud(demo_batchcompute_images()) {}

protected:
    Response answer(const Request& request) override
    {
        if (request.path != "/images" || request.method != Method::get) {
            return not_found();
        }
        const auto asked = batchcompute::read_list_request(target_of(request));
        const auto found = page([&](const Image& image) { return batchcompute::type_of(image) == asked.type; },
                                asked.marker, asked.limit, true);
        return json(200, batchcompute::encode_page(found.images, found.next));
    }
};

} // namespace

struct DemoClouds::Parts {
    Loop loop{[](std::string_view) {}};
    std::atomic<std::size_t> connections{0};
    GlanceCloud glance;
    NovaCloud nova;
    HuaweiCloud huawei;
    AlibabaCloud alibaba;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::vector<SourceConfig> sources;

    SourceConfig& open(Cloud& cloud, Provider provider, const Clock& clock)
    {
        listeners.push_back(std::make_unique<Listener>(
            loop.context(), ListenAddress{.host = "127.0.0.1", .port = 0}, ListenerOptions{},
            [&cloud](Request request) { return cloud.handle(std::move(request)); }, clock, connections));
        auto& source = sources.emplace_back();
        source.provider = provider;
        source.endpoint = Endpoint{.host = "127.0.0.1", .port = listeners.back()->port()};
        source.ttl = 15s; // short, so that states can be watched changing
        return source;
    }
};

DemoClouds::DemoClouds(const Clock& clock) : parts_(std::make_unique<Parts>())
{
    auto& parts = *parts_;
    parts.sources.reserve(4);
    auto& glance = parts.open(parts.glance, Provider::glance, clock);
    glance.id = "os-glance";
    glance.title = "Private OpenStack";
    glance.region = "RegionOne";
    glance.allow_delete = true;
    auto& nova = parts.open(parts.nova, Provider::nova, clock);
    nova.id = "os-nova";
    nova.title = "Old OpenStack, Nova only";
    nova.region = "RegionTwo";
    nova.endpoint->prefix = "/v2.1";
    parts.nova.origin = "http://" + nova.endpoint->host_header();
    auto& huawei = parts.open(parts.huawei, Provider::cloudimages, clock);
    huawei.id = "hw-north-4";
    huawei.title = "Huawei Cloud, slow";
    huawei.region = "cn-north-4";
    parts.huawei.delay = 700ms;
    auto& alibaba = parts.open(parts.alibaba, Provider::batchcompute, clock);
    alibaba.id = "ali-hz";
    alibaba.title = "Alibaba Cloud, fails now and then";
    alibaba.region = "cn-hangzhou";
    parts.alibaba.fails_every = 7;

    for (auto& listener : parts.listeners) {
        listener->start();
    }
    parts.loop.start();
}

DemoClouds::~DemoClouds()
{
    for (auto& listener : parts_->listeners) {
        asio::co_spawn(parts_->loop.context(), listener->stop(), asio::use_future).wait();
    }
    parts_->loop.finish();
}

const std::vector<SourceConfig>& DemoClouds::sources() const
{
    return parts_->sources;
}

} // namespace polyglance
