#include "proxy/http/message.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace polyglance {
namespace {

constexpr int gzip_level = 6;
constexpr int zstd_level = 3;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string gzip(const std::string& text)
{
    constexpr int gzip_wrapper = 16; // added to the window bits: gzip instead of zlib framing
    z_stream stream{};
    if (deflateInit2(&stream, gzip_level, Z_DEFLATED, MAX_WBITS + gzip_wrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // zlib takes no const, and writes nothing
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    const auto size = stream.total_out;
    deflateEnd(&stream);
    if (result != Z_STREAM_END) {
        throw std::runtime_error("gzip did not finish a body");
    }
    out.resize(size);
    out.shrink_to_fit();
    return out;
}

std::string zstd(const std::string& text)
{
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const auto size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), zstd_level);
    if (ZSTD_isError(size) != 0) {
        throw std::runtime_error("zstd did not finish a body");
    }
    out.resize(size);
    out.shrink_to_fit();
    return out;
}

/// One element of Accept-Encoding: its name and its weight in thousandths.
struct Preference {
    std::string_view name;
    int weight = 1000;
};

int read_weight(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
        return 0; // a weight that nobody can read asks for nothing
    }
    return static_cast<int>(value * 1000 + 0.5);
}

Preference read_preference(std::string_view element)
{
    const auto semicolon = element.find(';');
    Preference out{trim(element.substr(0, semicolon))};
    if (semicolon != std::string_view::npos) {
        const auto parameter = trim(element.substr(semicolon + 1));
        if (parameter.size() > 2 && lower(parameter[0]) == 'q' && parameter[1] == '=') {
            out.weight = read_weight(parameter.substr(2));
        }
    }
    return out;
}

/// Weights of our codings as one Accept-Encoding states them; -1 = not said.
struct Weights {
    int zstd = -1;
    int gzip = -1;
    int identity = -1;
    int any = -1;

    int& of(std::string_view name, int& ignored)
    {
        if (same_name(name, "zstd")) {
            return zstd;
        }
        if (same_name(name, "gzip") || same_name(name, "x-gzip")) {
            return gzip;
        }
        if (same_name(name, "identity")) {
            return identity;
        }
        return name == "*" ? any : ignored;
    }
};

} // namespace

bool same_name(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view to_string(Method method)
{
    switch (method) {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::post:
        return "POST";
    case Method::delete_:
        return "DELETE";
    case Method::options:
        return "OPTIONS";
    case Method::other:
        break;
    }
    return "OTHER";
}

std::string_view Request::header(std::string_view name) const
{
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) {
            return value;
        }
    }
    return {};
}

std::size_t Request::header_count(std::string_view name) const
{
    return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(),
                                                  [&](const auto& header) { return same_name(header.name, name); }));
}

std::string_view Request::path_parameter(std::string_view name) const
{
    for (const auto& [key, value] : path_parameters) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

Body::Body(std::string identity) : identity_(std::move(identity)) {}

const std::string& Body::coded(Coding coding) const
{
    switch (coding) {
    case Coding::gzip:
        std::call_once(gzip_once_, [this] {
            gzip_ = gzip(identity_);
            coded_bytes_ += gzip_.size();
        });
        return gzip_;
    case Coding::zstd:
        std::call_once(zstd_once_, [this] {
            zstd_ = zstd(identity_);
            coded_bytes_ += zstd_.size();
        });
        return zstd_;
    case Coding::identity:
        break;
    }
    return identity_;
}

std::size_t Body::memory_bytes() const
{
    return sizeof(Body) + identity_.capacity() + coded_bytes_;
}

Coding choose_coding(std::string_view accept_encoding)
{
    Weights weights;
    while (!accept_encoding.empty()) {
        const auto comma = accept_encoding.find(',');
        const auto preference = read_preference(trim(accept_encoding.substr(0, comma)));
        int ignored = 0;
        weights.of(preference.name, ignored) = preference.weight;
        accept_encoding = comma == std::string_view::npos ? std::string_view{} : accept_encoding.substr(comma + 1);
    }
    // What is not named has the weight of "*". Without one, a coding is not wanted and identity is the last resort.
    const auto weight = [&](int stated) { return stated >= 0 ? stated : std::max(weights.any, 0); };
    const int zstd_weight = weight(weights.zstd);
    const int gzip_weight = weight(weights.gzip);
    const int identity_weight = weight(weights.identity);
    if (zstd_weight > 0 && zstd_weight >= gzip_weight && zstd_weight >= identity_weight) {
        return Coding::zstd;
    }
    return gzip_weight > 0 && gzip_weight >= identity_weight ? Coding::gzip : Coding::identity;
}

void Response::add(std::string_view name, std::string_view value)
{
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        return;
    }
    head.append(name).append(": ").append(value).append("\r\n");
}

Response make_response(int status, std::string_view content_type, std::string body)
{
    Response response;
    response.status = status;
    response.add("Content-Type", content_type);
    response.add("X-Content-Type-Options", "nosniff");
    response.body = std::make_shared<const Body>(std::move(body));
    return response;
}

} // namespace polyglance
