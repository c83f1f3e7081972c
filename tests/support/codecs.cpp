#include "tests/support/codecs.hpp"

#include <stdexcept>

#include "adapters/batchcompute/encode.hpp"
#include "adapters/cloudimages/encode.hpp"
#include "adapters/glance/encode.hpp"
#include "adapters/nova/encode.hpp"
#include "adapters/provider_adapter.hpp"
#include "model/json/list_reader.hpp"

namespace polyglance::test {

std::optional<Image> decode_as(Provider provider, json::Value row, const DecodeContext& context)
{
    const auto format = page_format_of(provider, context);
    const auto* const image = format.decode(row);
    return image != nullptr ? std::optional(own(*image)) : std::nullopt;
}

std::optional<Image> decode_as(Provider provider, std::string_view row, const DecodeContext& context)
{
    const auto tape = json::Tape::parse(row);
    if (!tape) {
        throw std::invalid_argument("not JSON: " + std::string(row));
    }
    return decode_as(provider, tape->root(), context);
}

std::string encode_as(Provider provider, const Image& image)
{
    std::string out;
    switch (provider) {
    case Provider::nova:
        nova::append_element(out, image);
        break;
    case Provider::glance:
        glance::append_element(out, image);
        break;
    case Provider::cloudimages:
        cloudimages::append_element(out, image);
        break;
    case Provider::batchcompute:
        batchcompute::append_element(out, image);
        break;
    }
    return out;
}

std::vector<Image> decode_page(Provider provider, std::string_view body)
{
    std::vector<Image> images;
    json::ListReader reader({"images", "image", "Items"}, [&](const json::Tape& row) {
        if (auto image = decode_as(provider, row.root())) {
            images.push_back(std::move(*image));
        }
    });
    if (!reader.feed(body) || !reader.finish()) {
        throw std::invalid_argument("no listing page: " + std::string(body));
    }
    return images;
}

} // namespace polyglance::test
