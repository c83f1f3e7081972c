#include "bench/micro/plain_extraction.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace polyglance::bench {
namespace {

namespace bj = boost::json;
using bj::error_code;
using bj::string_view;

constexpr std::array<std::string_view, 13> text_names{"id",          "name",        "status",           "visibility",
                                                      "owner",       "disk_format", "container_format", "os_hash_value",
                                                      "created_at",  "updated_at",  "os_distro",        "os_version",
                                                      "architecture"};
constexpr std::array<std::string_view, 3> number_names{"size", "min_disk", "min_ram"};

struct PlainImage {
    std::array<std::string, text_names.size()> texts;
    std::array<std::int64_t, number_names.size()> numbers{};
    std::vector<std::string> tags;
};

template <std::size_t N>
std::size_t place(const std::array<std::string_view, N>& names, std::string_view name)
{
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

/// Depths: 1 the document, 2 the list, 3 an image, 4 its tags.
class Handler {
public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    std::size_t images = 0;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&)
    {
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t, error_code&)
    {
        if (depth_-- == 3) {
            benchmark::DoNotOptimize(image_);
            image_ = PlainImage{};
            ++images;
        }
        return true;
    }
    bool on_array_begin(error_code&)
    {
        ++depth_;
        return true;
    }
    bool on_array_end(std::size_t, error_code&)
    {
        --depth_;
        return true;
    }
    bool on_key_part(string_view text, std::size_t, error_code&)
    {
        key_.append(text.data(), text.size());
        return true;
    }
    bool on_key(string_view text, std::size_t, error_code&)
    {
        key_.append(text.data(), text.size());
        text_ = depth_ == 3 ? place(text_names, key_) : text_names.size();
        number_ = depth_ == 3 && text_ == text_names.size() ? place(number_names, key_) : number_names.size();
        key_.clear();
        return true;
    }
    bool on_string_part(string_view text, std::size_t, error_code&)
    {
        part_.append(text.data(), text.size());
        return true;
    }
    bool on_string(string_view text, std::size_t, error_code&)
    {
        if (depth_ == 3 && text_ < text_names.size()) {
            image_.texts.at(text_).assign(part_).append(text.data(), text.size());
        } else if (depth_ == 4) {
            image_.tags.emplace_back(part_).append(text.data(), text.size());
        }
        part_.clear();
        return true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t value, string_view, error_code&)
    {
        if (depth_ == 3 && number_ < number_names.size()) {
            image_.numbers.at(number_) = value;
        }
        return true;
    }
    bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
    bool on_double(double, string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    PlainImage image_;
    std::string key_, part_; // of what came in pieces
    std::size_t depth_ = 0, text_ = text_names.size(), number_ = number_names.size();
};

} // namespace

struct PlainExtraction::Parser {
    bj::basic_parser<Handler> core{bj::parse_options{}};
};

PlainExtraction::PlainExtraction() : parser_(std::make_unique<Parser>()) {}
PlainExtraction::~PlainExtraction() = default;

void PlainExtraction::feed(std::string_view slice)
{
    error_code error;
    parser_->core.write_some(true, slice.data(), slice.size(), error);
    if (error) {
        throw std::runtime_error(error.message());
    }
}

std::size_t PlainExtraction::finish()
{
    error_code error;
    parser_->core.write_some(false, "", 0, error);
    if (error) {
        throw std::runtime_error(error.message());
    }
    return parser_->core.handler().images;
}

} // namespace polyglance::bench
