#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "proxy/demo/cloud.hpp"
#include "tests/support/fake_backend.hpp"

namespace polyglance::test {

/// Made-up clouds, one of each provider, on real sockets that a test can make misbehave.
class Fleet {
public:
    /// Each cloud has `images_each` images with names and values that repeat over all four.
    explicit Fleet(std::size_t images_each);

    static constexpr std::size_t size = 4;
    static const std::vector<std::string>& ids(); ///< of the sources: "gl", "no", "hw", "al"
    FakeBackend& backend(std::size_t index) { return *backends_.at(index); }
    /// What that cloud answers as long as nobody makes it misbehave. For its backend's thread only.
    FakeReply answer(std::size_t index, const FakeRequest& asked) { return answer_as(*clouds_.at(index), asked); }
    std::vector<SourceConfig> sources() const;
    /// The same as the `sources:` part of a configuration file.
    std::string yaml() const;
    /// Every uid that a list over all sources must show, sorted.
    const std::vector<std::string>& uids() const { return uids_; }
    std::size_t listing_calls() const;

private:
    static FakeReply answer_as(Cloud& cloud, const FakeRequest& asked);

    std::vector<std::unique_ptr<Cloud>> clouds_;
    std::vector<std::unique_ptr<FakeBackend>> backends_;
    std::vector<std::string> uids_;
};

} // namespace polyglance::test
