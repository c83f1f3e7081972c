#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "proxy/app.hpp"
#include "tests/support/http_call.hpp"

namespace polyglance::test {

/// The whole program inside the test, on free ports, silent.
class RunningApp {
public:
    explicit RunningApp(std::vector<SourceConfig> sources, std::optional<RedisConfig> redis = std::nullopt,
                        CacheConfig cache = {})
    {
        config_.server.listen = {{"127.0.0.1", 0}};
        config_.server.admin = ListenAddress{"127.0.0.1", 0};
        config_.server.threads = 2;
        config_.sources = std::move(sources);
        config_.cache = std::move(cache);
        config_.cache.redis = std::move(redis);
        app_ = std::make_unique<App>(config_, log_, clock_);
        app_->start();
    }

    HttpAnswer get(std::string_view target) const { return test::get(port(), target); }
    std::uint16_t port() const { return app_->ports().front(); }
    App& app() { return *app_; }
    const Config& config() const { return config_; }

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    SystemClock clock_;
    std::unique_ptr<std::FILE, CloseFile> nowhere_{std::fopen("/dev/null", "w")};
    Log log_{{}, nowhere_.get(), clock_};
    Config config_;
    std::unique_ptr<App> app_;
};

} // namespace polyglance::test
