#include "proxy/demo/cloud.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "adapters/batchcompute/encode.hpp"
#include "adapters/cloudimages/encode.hpp"
#include "adapters/glance/encode.hpp"
#include "adapters/glance/schema.hpp"
#include "adapters/nova/encode.hpp"
#include "proxy/http/router.hpp"

namespace polyglance {
namespace {

Response json(int status, std::string body)
{
    return make_response(status, "application/json", std::move(body));
}

Response not_found()
{
    return json(404, R"({"message":"not found","code":"404 Not Found","title":"Not Found"})");
}

std::string target_of(const Request& request)
{
    return request.query.empty() ? request.path : request.path + "?" + request.query;
}

bool any_image(const Image&)
{
    return true;
}

/// The images of a cloud in the order in which it lists them.
class Shelf {
public:
    explicit Shelf(std::vector<Image> images) : images_(std::move(images)) {}

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
        const auto found =
            std::find_if(images_.begin(), images_.end(), [&](const Image& i) { return i.native_id == id; });
        if (found == images_.end()) {
            return not_found();
        }
        if (found->is_protected.value_or(false)) {
            return json(
                403,
                R"({"message":"Image is protected and cannot be deleted.","code":"403 Forbidden","title":"Forbidden"})");
        }
        images_.erase(found);
        return {.status = 204};
    }

private:
    std::vector<Image> images_;
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
    explicit GlanceCloud(std::vector<Image> images) : shelf_(std::move(images)) {}

    Response answer(const Request& request) override
    {
        if (request.path == "/v2/schemas/images") {
            return json(200, glance::encode_schema());
        }
        if (const auto id = id_behind(request.path, "/v2/images/"); id && request.method == Method::delete_) {
            return shelf_.remove(*id);
        }
        if (request.path != "/v2/images" || request.method != Method::get) {
            return not_found();
        }
        const auto asked = glance::read_list_request(target_of(request));
        const auto found =
            shelf_.page([&](const Image& image) { return image.hidden.value_or(false) == asked.os_hidden; },
                        asked.marker, asked.limit, false);
        return json(200, glance::encode_page(found.images, asked, found.more));
    }

private:
    Shelf shelf_;
};

class NovaCloud final : public Cloud {
public:
    NovaCloud(std::vector<Image> images, std::string origin) : shelf_(std::move(images)), origin_(std::move(origin)) {}

    Response answer(const Request& request) override
    {
        if (const auto id = id_behind(request.path, "/v2.1/images/"); id && request.method == Method::delete_) {
            return shelf_.remove(*id);
        }
        if ((request.path != "/v2.1/images" && request.path != "/v2.1/images/detail") ||
            request.method != Method::get) {
            return not_found();
        }
        const auto asked = nova::read_list_request(target_of(request));
        const auto found = shelf_.page(any_image, asked.marker, asked.limit, false);
        return json(200, nova::encode_page(found.images, asked, origin_, found.more));
    }

private:
    Shelf shelf_;
    std::string origin_;
};

class HuaweiCloud final : public Cloud {
public:
    explicit HuaweiCloud(std::vector<Image> images) : shelf_(std::move(images)) {}

    Response answer(const Request& request) override
    {
        const auto asked = cloudimages::read_list_request(target_of(request));
        if (asked.region != "cn-north-4" || request.method != Method::get) {
            return not_found();
        }
        return json(200, cloudimages::encode_page(shelf_.page(any_image, asked.marker, asked.limit, false).images));
    }

private:
    Shelf shelf_;
};

class AlibabaCloud final : public Cloud {
public:
    explicit AlibabaCloud(std::vector<Image> images) : shelf_(std::move(images)) {}

    Response answer(const Request& request) override
    {
        if (request.path != "/images" || request.method != Method::get) {
            return not_found();
        }
        const auto asked = batchcompute::read_list_request(target_of(request));
        const auto found = shelf_.page([&](const Image& image) { return batchcompute::type_of(image) == asked.type; },
                                       asked.marker, asked.limit, true);
        return json(200, batchcompute::encode_page(found.images, found.next));
    }

private:
    Shelf shelf_;
};

} // namespace

std::unique_ptr<Cloud> make_cloud(Provider provider, std::vector<Image> images, std::string origin)
{
    switch (provider) {
    case Provider::nova:
        return std::make_unique<NovaCloud>(std::move(images), std::move(origin));
    case Provider::cloudimages:
        return std::make_unique<HuaweiCloud>(std::move(images));
    case Provider::batchcompute:
        return std::make_unique<AlibabaCloud>(std::move(images));
    case Provider::glance:
        break;
    }
    return std::make_unique<GlanceCloud>(std::move(images));
}

} // namespace polyglance
