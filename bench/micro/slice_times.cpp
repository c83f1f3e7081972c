// How long a hostile listing page holds up the loop that refreshes: bodies made to be as slow to read as possible, read
// in slices as they come off a socket. Between two slices the loop does other work, so the longest one counts.
// slice_times BYTES, the limit of a page; prints JSON: milliseconds of CPU time of the slowest slice, per body.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/drain.hpp"
#include "adapters/page_decoder.hpp"
#include "adapters/provider_adapter.hpp"
#include "cache/snapshot.hpp"

namespace polyglance::bench {
namespace {

constexpr std::size_t slice_bytes = 64UL << 10;     // BodySink
constexpr std::size_t row_bytes = (1UL << 20) - 64; // just within the limit of a row

/// Builds a snapshot, as a refresh does: of no more images than a source may have.
class Receiver final : public ImageReceiver {
public:
    std::optional<std::string_view> keep(RowDigest digest) override { return builder_.keep(digest); }
    void take(const WireImage& image, RowDigest digest) override
    {
        if (builder_.size() < DrainLimits{}.max_images) {
            builder_.add(image, digest);
        }
    }

private:
    SnapshotBuilder builder_{{"bench", Provider::glance, "here"}};
};

double thread_cpu_ms()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

double slowest_slice_ms(std::string_view body)
{
    Receiver receiver;
    PageDecoder decoder(page_format_of(Provider::glance, {.own_project = "me"}), receiver, body.size());
    double slowest = 0;
    for (std::size_t at = 0; at < body.size(); at += slice_bytes) {
        const auto began = thread_cpu_ms();
        const bool good = decoder.on_slice(body.substr(at, slice_bytes)).has_value();
        slowest = std::max(slowest, thread_cpu_ms() - began);
        if (!good) {
            break;
        }
    }
    return slowest;
}

std::string repeated(std::string_view piece, std::size_t bytes)
{
    std::string out;
    out.reserve(bytes + piece.size());
    while (out.size() + piece.size() <= bytes) {
        out += piece;
    }
    return out;
}

/// A page of one row with these members beside its id.
std::string page_of_one(const std::string& members)
{
    return R"({"images":[{"id":"x",)" + members + "}]}";
}

/// `count` members with names of their own, as many as fit.
std::string members(std::size_t bytes)
{
    std::string out;
    for (std::size_t i = 0; out.size() + 32 < bytes; ++i) {
        out += fmt::format(R"({}"m{}":{})", i == 0 ? "" : ",", i, i);
    }
    return out;
}

std::string page_of_rows(std::size_t bytes, const std::function<std::string(std::size_t)>& row)
{
    std::string out = R"({"images":[)";
    for (std::size_t i = 0; out.size() + 2048 < bytes; ++i) {
        out += (i == 0 ? "" : ",") + row(i);
    }
    return out + "]}";
}

struct Body {
    std::string_view name;
    std::string text;
};

std::vector<Body> hostile_bodies(std::size_t page_bytes)
{
    return {
        {"deep", page_of_one(R"("a":)" + repeated("[", 200'000))},
        {"many_members", page_of_one(members(row_bytes))},
        {"one_member_again_and_again", page_of_one(repeated(R"("name":"a",)", row_bytes) + R"("name":"b")")},
        {"many_tags", page_of_one(R"("tags":[)" + repeated(R"("t",)", row_bytes) + R"("u"])")},
        {"long_name", page_of_one(R"("name":")" + repeated("x", row_bytes) + '"')},
        {"escaped_name", page_of_one(R"("name":")" + repeated("\\u4e2d", row_bytes) + '"')},
        {"long_number", page_of_one(R"("size":)" + repeated("7", row_bytes))},
        {"long_digits_after_the_point", page_of_one(R"("x":0.)" + repeated("7", row_bytes))},
        {"row_past_its_limit", page_of_one(members(2 * row_bytes))},
        {"rows_of_nothing", page_of_rows(page_bytes, [](std::size_t) { return std::string("{}"); })},
        {"small_rows", page_of_rows(page_bytes, [](std::size_t i) { return fmt::format(R"({{"id":"{}"}})", i); })},
        {"one_id", page_of_rows(page_bytes, [](std::size_t i) { return fmt::format(R"({{"id":"x","n":{}}})", i); })},
    };
}

} // namespace
} // namespace polyglance::bench

int main(int count, char** arguments)
{
    using namespace polyglance::bench;
    const auto page_bytes = count == 2 ? std::strtoull(arguments[1], nullptr, 10) : 0;
    if (page_bytes < (1UL << 16)) {
        fmt::print(stderr, "usage: slice_times BYTES (65536 or more)\n");
        return 2;
    }
    std::string out;
    for (const auto& [name, text] : hostile_bodies(page_bytes)) {
        out += fmt::format(R"({}"{}":{:.3f})", out.empty() ? "" : ",", name, slowest_slice_ms(text));
    }
    fmt::print("{{{}}}\n", out);
    return 0;
}
