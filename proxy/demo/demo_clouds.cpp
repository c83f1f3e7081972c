#include "proxy/demo/demo_clouds.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "proxy/demo/cloud.hpp"
#include "proxy/demo/demo_images.hpp"
#include "proxy/http/listener.hpp"
#include "proxy/loop.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

/// How a made-up cloud misbehaves.
struct Temper {
    std::chrono::milliseconds delay{0}; ///< before each answer
    int fails_every = 0;                ///< every so many calls one fails; 0 = never
    int calls = 0;
};

asio::awaitable<Response> answer_in_character(Cloud& cloud, Temper& temper, const Request& request)
{
    if (temper.delay > 0ms) {
        asio::steady_timer timer(co_await asio::this_coro::executor, temper.delay);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (temper.fails_every > 0 && ++temper.calls % temper.fails_every == 0) {
        co_return make_response(503, "application/json", R"({"Code":"ServiceUnavailable","Message":"made up"})");
    }
    co_return cloud.answer(request);
}

} // namespace

struct DemoClouds::Parts {
    /// One cloud behind its own listener.
    struct Place {
        std::unique_ptr<Cloud> cloud;
        Temper temper;
        std::unique_ptr<Listener> listener;
    };

    Loop loop{[](std::string_view) {}};
    std::atomic<std::size_t> connections{0};
    std::vector<std::unique_ptr<Place>> places;
    std::vector<SourceConfig> sources;

    void open(const Clock& clock, std::vector<Image> images, Temper temper, SourceConfig source)
    {
        auto& place = *places.emplace_back(std::make_unique<Place>());
        place.temper = temper;
        place.listener = std::make_unique<Listener>(
            loop.context(), ListenAddress{.host = "127.0.0.1", .port = 0}, ListenerOptions{},
            RequestHandler{.handle =
                               [&place](const Request& request) {
                                   return answer_in_character(*place.cloud, place.temper, request);
                               }},
            clock, connections);
        source.endpoint = Endpoint{.host = "127.0.0.1",
                                   .port = place.listener->port(),
                                   .prefix = source.provider == Provider::nova ? "/v2.1" : ""};
        source.ttl = 15s; // short, so that states can be watched changing
        place.cloud = make_cloud(source.provider, std::move(images), "http://" + source.endpoint->host_header());
        place.listener->start();
        sources.push_back(std::move(source));
    }
};

namespace {

SourceConfig named(Provider provider, std::string id, std::string title, std::string region)
{
    SourceConfig source;
    source.provider = provider;
    source.id = std::move(id);
    source.title = std::move(title);
    source.region = std::move(region);
    source.allow_delete = provider == Provider::glance || provider == Provider::nova;
    return source;
}

} // namespace

DemoClouds::DemoClouds(const Clock& clock) : parts_(std::make_unique<Parts>())
{
    parts_->open(clock, demo_glance_images(), {},
                 named(Provider::glance, "os-glance", "Private OpenStack", "RegionOne"));
    parts_->open(clock, demo_nova_images(), {},
                 named(Provider::nova, "os-nova", "Old OpenStack, Nova only", "RegionTwo"));
    parts_->open(clock, demo_cloudimages_images(), {.delay = 700ms},
                 named(Provider::cloudimages, "hw-north-4", "Huawei Cloud, slow", "cn-north-4"));
    parts_->open(clock, demo_batchcompute_images(), {.fails_every = 7},
                 named(Provider::batchcompute, "ali-hz", "Alibaba Cloud, fails now and then", "cn-hangzhou"));
    parts_->loop.start();
}

DemoClouds::~DemoClouds()
{
    for (auto& place : parts_->places) {
        asio::co_spawn(parts_->loop.context(), place->listener->stop(), asio::use_future).wait();
    }
    parts_->loop.finish();
}

const std::vector<SourceConfig>& DemoClouds::sources() const
{
    return parts_->sources;
}

} // namespace polyglance
