#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/image.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// A made-up cloud: answers as a server of its provider would, through the provider's `encode`. Not thread-safe.
class Cloud {
public:
    virtual ~Cloud() = default;
    virtual Response answer(const Request& request) = 0;
};

/// A cloud that lists `images` in that order. Nova serves below /v2.1 and names `origin` (scheme, host and port) in its
/// links; the Huawei cloud serves the region cn-north-4.
std::unique_ptr<Cloud> make_cloud(Provider provider, std::vector<Image> images, std::string origin);

} // namespace polyglance
