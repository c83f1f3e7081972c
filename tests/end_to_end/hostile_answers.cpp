#include "tests/end_to_end/hostile_answers.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <ostream>
#include <stdexcept>

#include "tests/support/sanitized.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;
using std::string_literals::operator""s;
using enum Provider;

const std::vector<Provider> everyone{glance, nova, cloudimages, batchcompute};
/// Those whose answers say how to go on.
const std::vector<Provider> linked{glance, nova, batchcompute};
const std::vector<Provider> openstack{glance, nova};
const std::vector<Provider> objects_only{glance, nova, cloudimages};

// Verdicts.

Verdict good(std::size_t images = good_images)
{
    return {.state = "fresh", .images = images};
}
Verdict protocol(std::string message = "")
{
    return {.state = "error", .error_class = "upstream_protocol", .message = message};
}
Verdict unavailable(std::string message = "")
{
    return {.state = "error", .error_class = "upstream_unavailable", .message = message};
}
Verdict timed_out()
{
    return {.state = "error", .error_class = "timeout"};
}
/// Some rows were left out.
Verdict without_bad_rows(std::size_t images)
{
    return {.state = "partial", .images = images};
}
Verdict cut_short(std::string_view error_class, std::string message, std::size_t images, std::size_t pages)
{
    return {.state = "partial", .error_class = error_class, .message = message, .images = images, .most_pages = pages};
}

// Pages.

std::string row(Provider provider, std::string_view id, std::string_view members = "")
{
    switch (provider) {
    case nova:
        return fmt::format(R"({{"id":"{}","links":[]{}}})", id, members);
    case batchcompute:
        return fmt::format(R"({{"Id":"{}"{}}})", id, members);
    case glance:
    case cloudimages:
        break;
    }
    return fmt::format(R"({{"id":"{}","visibility":"public"{}}})", id, members);
}

std::string page(Provider provider, std::string_view rows, std::string_view beside = "")
{
    return fmt::format(R"({{"{}":[{}]{}}})", provider == batchcompute ? "Items" : "images", rows, beside);
}

/// The member that says that the list goes on behind `marker`, at `where`.
std::string next_member(const AskedPage& asked, std::string_view where, std::string_view marker)
{
    if (asked.provider == batchcompute) {
        return fmt::format(R"(,"NextMarker":"{}")", marker);
    }
    const auto href = fmt::format("{}?marker={}", where, marker);
    return asked.provider == glance ? fmt::format(R"(,"next":"{}")", href)
                                    : fmt::format(R"(,"images_links":[{{"rel":"next","href":"{}"}}])", href);
}

FakeScript json(std::string body)
{
    return FakeReply{.body = std::move(body)};
}

/// The same body whatever is asked.
auto always(std::string body)
{
    return [body = std::move(body)](const AskedPage&) { return json(body); };
}

/// A list of these rows, each after an ordinary one.
auto with_rows(std::vector<std::string> members)
{
    return [members = std::move(members)](const AskedPage& asked) {
        std::string rows = row(asked.provider, "ordinary");
        for (std::size_t i = 0; i < members.size(); ++i) {
            rows += "," + row(asked.provider, "odd-" + std::to_string(i), members[i]);
        }
        return json(page(asked.provider, rows));
    };
}

/// The same with one odd row whose members are long, so that they are made when they are asked for.
auto with_long_row(std::function<std::string()> members)
{
    return [members = std::move(members)](const AskedPage& asked) { return with_rows({members()})(asked); };
}

/// A list of an ordinary row and of one with such an id.
auto with_id(std::string id)
{
    return [id = std::move(id)](const AskedPage& asked) {
        return json(page(asked.provider, row(asked.provider, "ordinary") + "," + row(asked.provider, id)));
    };
}

std::string many(std::size_t count, const std::function<std::string(std::size_t)>& one)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += one(i);
    }
    return out;
}

/// One gzip member, `times` times: that is a gzip file too.
std::string gzip(const std::string& plain, std::size_t times)
{
    std::string member(compressBound(plain.size()) + 64, '\0');
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("no zlib");
    }
    std::string input = plain;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(member.data());
    stream.avail_out = static_cast<uInt>(member.size());
    deflate(&stream, Z_FINISH);
    member.resize(stream.total_out);
    deflateEnd(&stream);
    return many(times, [&](std::size_t) { return member; });
}

/// A good page after `before` of this cloud's pages were asked for, then the fault.
auto from_page(std::size_t number, std::function<FakeScript(const AskedPage&)> fault)
{
    return [number, fault = std::move(fault)](const AskedPage& asked) {
        // The markers tell how far the list is, however often it is begun anew.
        const bool later = number == 1 || !asked.marker.empty();
        return later ? fault(asked) : json(asked.good);
    };
}

FakeScript with_headers(const AskedPage& asked, HttpHeaders headers)
{
    headers.emplace_back("Content-Type", "application/json");
    return FakeReply{.body = asked.good, .headers = std::move(headers)};
}

FakeScript encoded(std::string coding, std::string body)
{
    return FakeReply{.body = std::move(body), .headers = {{"Content-Encoding", std::move(coding)}}};
}

/// A good page under another status line.
auto under_status(int status, HttpHeaders headers = {})
{
    return [status, headers](const AskedPage& asked) {
        return FakeReply{.status = status, .body = asked.good, .headers = headers};
    };
}

void impatient(SourceConfig& source)
{
    source.request_timeout = 150ms * slowness;
    source.drain_timeout = 300ms * slowness;
}

void at_most_20_images(SourceConfig& source)
{
    source.max_images = 20;
}

// The lines of the two tables are short words, or they could not be told from each other.
using Rows = std::vector<HostileAnswer>;

void add_what_is_no_listing(Rows& out)
{
    out.push_back({"html_page", everyone,
                   [](const AskedPage&) {
                       return FakeReply{.body = "<html><body>hostile login</body></html>",
                                        .headers = {{"Content-Type", "text/html"}}};
                   },
                   protocol()});
    out.push_back({"wrong_content_type", everyone,
                   [](const AskedPage& asked) {
                       return FakeReply{.body = asked.good, .headers = {{"Content-Type", "text/html; hostile"}}};
                   },
                   good()});
    out.push_back({"truncated_json", everyone,
                   [](const AskedPage& asked) { return json(asked.good.substr(0, asked.good.size() / 2)); },
                   protocol("not complete JSON")});
    out.push_back({"empty_body", everyone, always(""), protocol()});
    out.push_back({"blank_body", everyone, always(" \r\n\t"), protocol()});
    out.push_back({"trailing_rubbish", everyone, [](const AskedPage& asked) { return json(asked.good + "hostile"); },
                   protocol("not valid JSON")});
    out.push_back({"two_documents", everyone, [](const AskedPage& asked) { return json(asked.good + asked.good); },
                   protocol("not valid JSON")});
    out.push_back({"utf16", everyone,
                   [](const AskedPage& asked) {
                       std::string wide = "\xff\xfe";
                       for (const char c : asked.good) {
                           wide += c;
                           wide += '\0';
                       }
                       return json(wide);
                   },
                   protocol("not valid JSON")});
    out.push_back({"byte_order_mark", everyone,
                   [](const AskedPage& asked) { return json("\xef\xbb\xbf" + asked.good); },
                   protocol("not valid JSON")});

    for (const auto& [name, body] : {std::pair{"null", "null"},
                                     {"number", "7"},
                                     {"text", R"("hostile")"},
                                     {"true", "true"},
                                     {"no_list", R"({"hostile":[1]})"},
                                     {"list_null", R"({"images":null,"Items":null})"},
                                     {"list_number", R"({"images":7,"Items":7})"},
                                     {"list_text", R"({"images":"hostile","Items":"hostile"})"}}) {
        out.push_back({"scalar_"s + name, everyone, always(body), protocol()});
    }
    out.push_back({"bare_array", objects_only, always(R"([{"id":"hostile"}])"), protocol("holds no list")});
    out.push_back({"rows_of_numbers", everyone,
                   [](const AskedPage& asked) { return json(page(asked.provider, "7,8,9,10,[],null")); }, protocol()});
    out.push_back({"single_object",
                   {nova},
                   [](const AskedPage&) { return json(R"({"image":{"id":"only","links":[]}})"); },
                   good(1)});

    // Errors that call themselves 200.
    out.push_back(
        {"error_under_200_openstack", everyone, always(R"({"error":{"code":401,"message":"hostile"}})"), protocol()});
    out.push_back({"error_under_200_huawei", everyone, always(R"({"error_code":"APIGW.0301","error_msg":"hostile"})"),
                   protocol()});
    out.push_back(
        {"error_under_200_alibaba", everyone, always(R"({"Code":"Forbidden","Message":"hostile"})"), protocol()});
    out.push_back({"error_beside_an_empty_list", everyone,
                   [](const AskedPage& asked) {
                       return json(page(asked.provider, "", R"(,"error":{"code":500,"message":"hostile"})"));
                   },
                   protocol("an error under status 200")});
}

void add_odd_rows(Rows& out)
{
    for (const auto& [name, bytes] : {std::pair{"bad_utf8", "\xff\xfe"},
                                      {"overlong_utf8", "\xc0\xaf"},
                                      {"surrogate_bytes", "\xed\xa0\x80"},
                                      {"cut_utf8", "\xe4\xb8"}}) {
        out.push_back({name, everyone, with_id(std::string(canary) + bytes), without_bad_rows(1)});
    }
    out.push_back({"lone_surrogate_escape", everyone, with_id(R"(hostile\ud800)"), protocol("not valid JSON")});
    out.push_back({"json_deep", everyone,
                   with_long_row([] { return R"(,"x":)" + std::string(200'000, '[') + std::string(200'000, ']'); }),
                   protocol()});
    out.push_back(
        {"json_deep_beside_the_list", everyone,
         [](const AskedPage& asked) { return json(page(asked.provider, "", R"(,"x":)" + std::string(200'000, '['))); },
         protocol()});
    out.push_back({"json_bignum", everyone,
                   with_long_row([] { return R"(,"min_disk":1)" + std::string(100'000, '0'); }), good(2)});
    out.push_back({"json_nan", everyone, with_rows({R"(,"min_disk":NaN)"}), protocol("not valid JSON")});
    out.push_back({"json_infinity", everyone, with_rows({R"(,"min_disk":1e999)"}), good(2)});
    out.push_back({"json_manykeys", everyone, with_long_row([] {
                       return many(200'000, [](std::size_t i) { return fmt::format(R"(,"k{}":1)", i); });
                   }),
                   protocol()});
    out.push_back({"json_manykeys_beside_the_list", everyone,
                   [](const AskedPage& asked) {
                       const auto keys = many(200'000, [](std::size_t i) { return fmt::format(R"(,"k{}":1)", i); });
                       return json(page(asked.provider, "", keys));
                   },
                   protocol()});
    out.push_back({"json_longname", everyone,
                   with_long_row([] { return R"(,"name":")" + std::string(2UL << 20, 'x') + '"'; }),
                   protocol("too large")});
    out.push_back({"json_dupkeys", everyone,
                   [](const AskedPage& asked) {
                       const char* again = asked.provider == batchcompute ? R"(,"Id":"hostile")" : R"(,"id":"hostile")";
                       return json(page(asked.provider, row(asked.provider, "first", again)));
                   },
                   good(1)});
    out.push_back({"json_two_lists", everyone,
                   [](const AskedPage& asked) {
                       return json(page(asked.provider, row(asked.provider, "first"),
                                        R"(,"images":[{"id":"hostile"}],"Items":[{"Id":"hostile"}])"));
                   },
                   good(1)});
    out.push_back(
        {"wrong_types", everyone,
         with_rows({R"(,"name":7,"status":[],"min_disk":{},"min_ram":"much","size":true,"tags":"t","created_at":1.5)",
                    R"(,"Name":[],"Description":{},"CreationTime":false,"OwnerId":[],"Platform":9)"}),
         good(3)});
    out.push_back({"missing_id", everyone,
                   [](const AskedPage& asked) {
                       return json(page(asked.provider, row(asked.provider, "ordinary") + R"(,{"name":"hostile"},{})" +
                                                            "," + row(asked.provider, "second")));
                   },
                   without_bad_rows(2)});
    out.push_back({"mostly_missing_ids", everyone,
                   [](const AskedPage& asked) {
                       return json(page(asked.provider, row(asked.provider, "hostile") + R"(,{"name":"a"},{},{})"));
                   },
                   protocol("more than half of the rows")});
    out.push_back({"negative_numbers", everyone,
                   with_rows({R"(,"min_disk":-1,"min_ram":-9223372036854775809,"size":-5,"progress":-3)",
                              R"(,"min_disk":9223372036854775808,"size":99999999999999999999)"}),
                   good(3)});
    out.push_back({"bad_dates", everyone,
                   with_rows({R"(,"created_at":"tomorrow","updated_at":"2025-13-45T99:99:99Z")",
                              R"(,"created_at":-1,"updated_at":"9999-12-31T23:59:59-14:00")",
                              R"(,"CreationTime":"99999999999999999999")"}),
                   good(4)});
    out.push_back({"html_in_name", everyone,
                   with_rows({R"(,"name":"<script>alert(1)</script>","Name":"<img src=x onerror=alert(1)>")"}),
                   good(2)});
    out.push_back(
        {"nul_in_name", everyone, with_rows({R"(,"name":"a\u0000b\u001b[31m","Name":"a\u0000b\u001b[31m")"}), good(2)});
    out.push_back({"path_as_id", everyone, with_id("../../../../etc/passwd"), good(2)});
    out.push_back({"control_character_in_id", everyone, with_id(R"(hostile\r\nSet-Cookie: a=b)"), without_bad_rows(1)});
    out.push_back({"endless_id", everyone, with_id(std::string(canary) + std::string(4096, 'x')), without_bad_rows(1)});
    out.push_back(
        {"links_to_elsewhere", everyone,
         [](const AskedPage& asked) {
             const auto links = fmt::format(
                 R"(,"self":"{0}/hostile","file":"{0}/hostile","schema":"{0}/hostile","direct_url":"{0}/hostile","locations":[{{"url":"{0}/hostile"}}])",
                 asked.evil);
             const auto list = fmt::format(R"([{{"rel":"self","href":"{}/hostile"}}])", asked.evil);
             const auto one = asked.provider == nova
                                  ? fmt::format(R"({{"id":"linked","links":{}}})", list)
                                  : row(asked.provider, "linked",
                                        asked.provider == batchcompute ? "" : links + R"(,"links":)" + list);
             return json(page(asked.provider, one));
         },
         good(1), nullptr, false, "basic"});
}

void add_compressed(Rows& out)
{
    const auto bomb = [] { return gzip(std::string(1UL << 20, ' '), 1024); }; // a gibibyte
    constexpr const char* why = "Content-Encoding that was not asked for";
    out.push_back({"gzip_bomb", everyone, [bomb](const AskedPage&) { return encoded("gzip", bomb()); }, protocol(why)});
    out.push_back({"gzip_nested", everyone, [bomb](const AskedPage&) { return encoded("gzip, gzip", gzip(bomb(), 1)); },
                   protocol(why)});
    out.push_back({"gzip_corrupt", everyone,
                   [](const AskedPage& asked) { return encoded("gzip", gzip(asked.good, 1).replace(12, 4, "????")); },
                   protocol(why)});
    out.push_back({"gzip_right", everyone, [](const AskedPage& asked) { return encoded("gzip", gzip(asked.good, 1)); },
                   protocol(why)});
    out.push_back({"unknown_coding", everyone, [](const AskedPage& asked) { return encoded("hostile", asked.good); },
                   protocol(why)});
    out.push_back(
        {"coding_unsaid", everyone, [](const AskedPage& asked) { return json(gzip(asked.good, 1)); }, protocol()});
}

void add_bad_walks(Rows& out)
{
    constexpr const char* repeated = "repeats a page marker";
    out.push_back({"next_loop", linked,
                   [](const AskedPage& asked) {
                       const auto id = fmt::format("image-{}", asked.number);
                       return json(
                           page(asked.provider, row(asked.provider, id), next_member(asked, "/v2/images", "again")));
                   },
                   cut_short("upstream_protocol", repeated, 2, 2)});
    out.push_back({"next_cycle", linked,
                   [](const AskedPage& asked) {
                       const auto id = fmt::format("image-{}", asked.number);
                       const auto next = fmt::format("m{}", asked.number % 3);
                       return json(
                           page(asked.provider, row(asked.provider, id), next_member(asked, "/v2/images", next)));
                   },
                   cut_short("upstream_protocol", repeated, 4, 4)});
    out.push_back({"same_page_for_ever", linked,
                   [](const AskedPage& asked) {
                       const auto next = fmt::format("m{}", asked.number);
                       return json(
                           page(asked.provider, row(asked.provider, "same"), next_member(asked, "/v2/images", next)));
                   },
                   cut_short("upstream_protocol", "without new images", 1, 3)});
    out.push_back({"marker_ignored",
                   {cloudimages},
                   [](const AskedPage& asked) {
                       const auto rows = many(page_size, [&](std::size_t i) {
                           return (i == 0 ? "" : ",") + row(asked.provider, fmt::format("image-{}", i));
                       });
                       return json(page(asked.provider, rows));
                   },
                   cut_short("upstream_protocol", repeated, page_size, 2)});
    out.push_back({"next_infinite", linked,
                   [](const AskedPage& asked) {
                       const auto id = fmt::format("image-{}", asked.number);
                       const auto next = fmt::format("m{}", asked.number);
                       return json(
                           page(asked.provider, row(asked.provider, id), next_member(asked, "/v2/images", next)));
                   },
                   cut_short("upstream_protocol", "cut short: max_images", 20, 21), at_most_20_images});
    out.push_back(
        {"next_empty", linked,
         [](const AskedPage& asked) {
             return json(page(asked.provider, "", next_member(asked, "/v2/images", fmt::format("m{}", asked.number))));
         },
         protocol("without new images")});
    out.push_back({"marker_of_a_mebibyte", linked,
                   [](const AskedPage& asked) {
                       const auto rows = row(asked.provider, "only");
                       return json(
                           page(asked.provider, rows, next_member(asked, "/v2/images", std::string(1UL << 20, 'm'))));
                   },
                   protocol()});
    out.push_back({"duplicate_ids", everyone,
                   [](const AskedPage& asked) {
                       const auto rows = row(asked.provider, "twin") + "," +
                                         row(asked.provider, "twin", R"(,"name":"b")") + "," +
                                         row(asked.provider, "other");
                       return json(page(asked.provider, rows));
                   },
                   good(2)});
    out.push_back({"marker_gone_once",
                   {glance},
                   [gone = std::make_shared<bool>(false)](const AskedPage& asked) -> FakeScript {
                       if (asked.marker.empty() || std::exchange(*gone, true)) {
                           return json(asked.good);
                       }
                       return FakeReply{.status = 404, .body = R"({"message":"no image )" + asked.marker + "\"}"};
                   },
                   good()});
    out.push_back({"marker_gone_always", openstack,
                   from_page(2,
                             [](const AskedPage& asked) {
                                 return FakeReply{.status = 400,
                                                  .body = R"({"message":"no image )" + asked.marker + "\"}"};
                             }),
                   cut_short("marker_gone", "is gone", page_size, 4)});
    out.push_back({"limit_ignored",
                   {glance, cloudimages, nova},
                   [](const AskedPage& asked) {
                       const auto rows = many(30, [&](std::size_t i) {
                           return (i == 0 ? "" : ",") + row(asked.provider, fmt::format("image-{:02}", i));
                       });
                       // Nova and Huawei end with a page that is not full.
                       const bool first = asked.marker.empty();
                       return json(page(asked.provider, first || asked.provider == glance ? rows : ""));
                   },
                   good(30)});
    out.push_back({"huge_page",
                   {cloudimages},
                   [](const AskedPage& asked) {
                       const auto rows = many(100'000, [&](std::size_t i) {
                           return (i == 0 ? "" : ",") + row(asked.provider, fmt::format("image-{:06}", i));
                       });
                       return json(page(asked.provider, asked.marker.empty() ? rows : ""));
                   },
                   good(100'000)});
    out.push_back({"page_past_its_limit", everyone,
                   [](const AskedPage& asked) {
                       const auto rows = many(3'000, [&](std::size_t i) {
                           return (i == 0 ? "" : ",") + row(asked.provider, fmt::format("hostile-{:06}", i));
                       });
                       return json(page(asked.provider, rows));
                   },
                   protocol("too large"), [](SourceConfig& source) { source.max_page_bytes = 50'000; }});

    // A later page fails: what came before is shown when there is nothing better.
    const auto later = [&](const char* name, FakeScript script, std::string_view error_class,
                           std::function<void(SourceConfig&)> configure = nullptr) {
        out.push_back({name, objects_only, from_page(2, [script](const AskedPage&) { return script; }),
                       cut_short(error_class, "", page_size, 2), std::move(configure)});
    };
    later("page_fails", FakeReply{.status = 500, .body = "hostile"}, "upstream_unavailable");
    later("page_refused", FakeReply{.status = 403, .body = "hostile"}, "upstream_forbidden");
    later("page_is_no_json", FakeReply{.body = "hostile"}, "upstream_protocol");
    later("page_hangs", FakeScript().hang(), "timeout", impatient);
    out.push_back(
        {"page_cut_within", objects_only,
         from_page(2,
                   [](const AskedPage& asked) {
                       const auto rows = row(asked.provider, "hostile-1") + "," + row(asked.provider, "hostile-2");
                       return FakeScript("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + page(asked.provider, rows))
                           .close();
                   }),
         cut_short("upstream_unavailable", "cut off", page_size, 2)});

    // A link decides nothing but the marker.
    const auto evil_link = [&](const char* name, std::string (*where)(const AskedPage&)) {
        out.push_back({"next_evil_"s + name, openstack,
                       [where](const AskedPage& asked) {
                           const auto rows = row(asked.provider, asked.marker.empty() ? "first" : "second");
                           const auto next = asked.marker.empty() ? next_member(asked, where(asked), "first") : "";
                           return json(page(asked.provider, rows, next));
                       },
                       good(2)});
    };
    evil_link("origin", [](const AskedPage& asked) { return asked.evil + "/v2/images"; });
    evil_link("without_scheme", [](const AskedPage& asked) { return asked.evil.substr(5) + "/v2/images"; });
    evil_link("userinfo", [](const AskedPage& asked) { return asked.own + "@" + asked.evil.substr(7) + "/v2/images"; });
    evil_link("backslashes", [](const AskedPage& asked) { return "\\\\\\\\" + asked.evil.substr(7) + "/v2/images"; });
    evil_link("line_break", [](const AskedPage& asked) { return "/v2/images\\r\\nHost: " + asked.evil.substr(7); });
    evil_link("other_scheme", [](const AskedPage&) { return "file:///etc/passwd"s; });
    evil_link("metadata_address", [](const AskedPage&) { return "http://169.254.169.254/latest/meta-data"s; });
    evil_link("path_upwards", [](const AskedPage&) { return "/../../../v3/auth/tokens"s; });
    evil_link("host_in_the_path", [](const AskedPage& asked) { return "@" + asked.evil.substr(7) + "/v2/images"; });

    out.push_back({"schema_is_rubbish", {glance}, always("hostile"), good(), nullptr, true});
    out.push_back(
        {"schema_fails", {glance}, [](const AskedPage&) { return FakeReply{.status = 500}; }, good(), nullptr, true});
    out.push_back({"schema_hangs",
                   {glance},
                   [](const AskedPage&) { return FakeScript().hang(); },
                   good(),
                   [](SourceConfig& source) { source.request_timeout = 150ms * slowness; },
                   true});
}

void add_redirects(Rows& out)
{
    for (const int status : {301, 302, 303, 307, 308}) {
        for (const auto& [name, target] :
             {std::pair<const char*, std::string (*)(const AskedPage&)>{
                  "elsewhere", [](const AskedPage& asked) { return asked.evil + asked.target; }},
              {"itself", [](const AskedPage& asked) { return asked.target; }},
              {"file", [](const AskedPage&) { return "file:///etc/passwd"s; }},
              {"metadata", [](const AskedPage&) { return "http://169.254.169.254/latest/meta-data"s; }},
              {"no_scheme", [](const AskedPage& asked) { return asked.evil.substr(5) + asked.target; }}}) {
            auto verdict = protocol("redirect refused");
            verdict.most_pages = 1;
            out.push_back({fmt::format("redirect_{}_to_{}", status, name), everyone,
                           [status, target](const AskedPage& asked) {
                               return FakeReply{
                                   .status = status, .body = asked.good, .headers = {{"Location", target(asked)}}};
                           },
                           verdict});
        }
    }
}

void add_poison(Rows& out)
{
    const auto header = [&](const char* name, HttpHeaders headers) {
        out.push_back({"header_"s + name, everyone,
                       [headers](const AskedPage& asked) { return with_headers(asked, headers); }, good()});
    };
    header("set_cookie", {{"Set-Cookie", "hostile=1; Domain=.example"}, {"Set-Cookie2", "hostile"}});
    header("cache_poison", {{"Cache-Control", "public, max-age=31536000, hostile"},
                            {"Age", "99999"},
                            {"Expires", "hostile"},
                            {"ETag", "\"hostile\""},
                            {"Vary", "hostile"},
                            {"Surrogate-Control", "hostile"}});
    header("tokens", {{"X-Subject-Token", "hostile"},
                      {"X-Auth-Token", "hostile"},
                      {"Authorization", "hostile"},
                      {"WWW-Authenticate", "Basic realm=hostile"}});
    header("location", {{"Location", "http://hostile/"},
                        {"Refresh", "0; url=http://hostile/"},
                        {"Link", "<http://hostile/>; rel=next"}});
    header("server", {{"Server", "hostile"},
                      {"Via", "hostile"},
                      {"X-Powered-By", "hostile"},
                      {"X-Request-Id", "hostile"},
                      {"Access-Control-Allow-Origin", "hostile"},
                      {"Content-Security-Policy", "hostile"}});
}

} // namespace

void PrintTo(const HostileAnswer& hostile, std::ostream* out)
{
    *out << hostile.name;
}

std::vector<HostileAnswer> hostile_contents()
{
    Rows out;
    add_what_is_no_listing(out);
    add_odd_rows(out);
    add_compressed(out);
    add_bad_walks(out);
    add_redirects(out);
    add_poison(out);
    return out;
}

namespace {

FakeScript raw_head(std::string_view status_line, std::string_view fields, std::string_view body = "")
{
    return FakeScript(fmt::format("{}\r\n{}\r\n{}", status_line, fields, body));
}

FakeScript ok(std::string_view fields, std::string_view body = "")
{
    return raw_head("HTTP/1.1 200 OK", fields, body);
}

std::string length(std::size_t size)
{
    return fmt::format("Content-Length: {}\r\n", size);
}

void add_silence(Rows& out)
{
    const auto slow = [&](const char* name, FakeScript (*script)(const AskedPage&)) {
        out.push_back({name, everyone, script, timed_out(), impatient});
    };
    slow("hang_headers", [](const AskedPage&) { return FakeScript().hang(); });
    slow("hang_within_headers", [](const AskedPage&) { return FakeScript("HTTP/1.1 200 OK\r\nhostile").hang(); });
    slow("hang_body", [](const AskedPage&) { return ok("Content-Length: 100\r\n").hang(); });
    slow("hang_within_body", [](const AskedPage& asked) {
        return ok("Content-Length: 9999\r\n", page(asked.provider, row(asked.provider, "hostile"))).hang();
    });
    slow("hang_within_chunks",
         [](const AskedPage&) { return ok("Transfer-Encoding: chunked\r\n", "5\r\n{\"ima").hang(); });
    slow("hang_after_interim", [](const AskedPage&) { return FakeScript("HTTP/1.1 100 Continue\r\n\r\n").hang(); });
    slow("drip_headers",
         [](const AskedPage&) { return FakeScript().drip("HTTP/1.1 200 OK\r\nA: " + std::string(100'000, 'a'), 5ms); });
    slow("drip_body", [](const AskedPage&) { return ok(length(100'000)).drip(std::string(100'000, ' '), 5ms); });
    slow("drip_chunks", [](const AskedPage&) {
        return ok("Transfer-Encoding: chunked\r\n").drip(many(20'000, [](std::size_t) { return "1\r\n \r\n"s; }), 5ms);
    });
}

void add_broken_connections(Rows& out)
{
    const auto broken = [&](const char* name, FakeScript (*script)(const AskedPage&)) {
        out.push_back({name, everyone, script, unavailable()});
    };
    broken("reset", [](const AskedPage&) { return FakeScript().reset(); });
    broken("close_empty", [](const AskedPage&) { return FakeScript().close(); });
    broken("close_within_headers",
           [](const AskedPage&) { return FakeScript("HTTP/1.1 200 OK\r\nContent-Le").close(); });
    broken("reset_mid", [](const AskedPage& asked) {
        return ok(length(asked.good.size() + 1000), page(asked.provider, row(asked.provider, "hostile"))).reset();
    });
    broken("short_cl", [](const AskedPage& asked) {
        return ok(length(asked.good.size() + 1000), page(asked.provider, row(asked.provider, "hostile"))).close();
    });
    broken("close_within_chunks", [](const AskedPage& asked) {
        const auto body = page(asked.provider, row(asked.provider, "hostile"));
        return ok("Transfer-Encoding: chunked\r\n", fmt::format("{:x}\r\n{}\r\n", body.size(), body)).close();
    });
    out.push_back({"reset_of_a_kept_connection", everyone,
                   [](const AskedPage& asked) { return asked.number == 2 ? FakeScript().reset() : json(asked.good); },
                   good()});
    out.push_back({"close_of_a_kept_connection", everyone,
                   [](const AskedPage& asked) { return asked.number == 2 ? FakeScript().close() : json(asked.good); },
                   good()});
    out.push_back({"close_after_every_answer", everyone,
                   [](const AskedPage& asked) { return json(asked.good).close(); }, good()});
    out.push_back({"http10", everyone,
                   [](const AskedPage& asked) { return raw_head("HTTP/1.0 200 OK", "", asked.good).close(); }, good()});
    out.push_back({"no_cl", everyone,
                   [](const AskedPage& asked) {
                       return FakeReply{.body = asked.good, .framing = FakeReply::Framing::until_close};
                   },
                   good()});
    out.push_back({"long_cl", everyone,
                   [](const AskedPage& asked) { return ok(length(asked.good.size() - 3), asked.good); }, protocol()});
    out.push_back({"surplus_after_the_answer", everyone,
                   [](const AskedPage& asked) { return ok(length(asked.good.size()), asked.good + "hostile"); },
                   good()});
    out.push_back({"resp_split", everyone,
                   [](const AskedPage& asked) {
                       const auto ghost = page(asked.provider, row(asked.provider, "hostile"));
                       return FakeScript(FakeReply{.body = asked.good}.wire() + FakeReply{.body = ghost}.wire());
                   },
                   good()});
}

void add_bad_framing(Rows& out)
{
    const auto bad = [&](const char* name, std::function<FakeScript(const AskedPage&)> script,
                         const std::string& why = "") {
        out.push_back({name, everyone, std::move(script), protocol(why)});
    };
    const auto framed = [&](const char* name, std::string fields, const std::string& why = "") {
        bad(name, [fields](const AskedPage& asked) { return ok(fields, asked.good).hang(); }, why);
    };
    framed("dup_cl", "Content-Length: 5\r\nContent-Length: 6\r\n");
    framed("same_cl_twice", "Content-Length: 5\r\nContent-Length: 5\r\n");
    framed("cl_list", "Content-Length: 5, 5\r\n");
    framed("neg_cl", "Content-Length: -1\r\n");
    framed("hex_cl", "Content-Length: 0x10\r\n");
    framed("huge_cl", "Content-Length: 99999999999999999999\r\n");
    framed("cl_te", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    framed("te_unknown", "Transfer-Encoding: xchunked\r\n", "other than chunked");
    framed("te_twice", "Transfer-Encoding: chunked, chunked\r\n", "other than chunked");
    bad("cl_of_an_exbibyte",
        [](const AskedPage&) { return ok("Content-Length: 1152921504606846976\r\n", "hostile").hang(); });

    const auto chunked = [&](const char* name, std::string body) {
        bad(name, [body](const AskedPage&) { return ok("Transfer-Encoding: chunked\r\n", body).hang(); });
    };
    chunked("bad_chunk_0x", "0x5\r\nhello\r\n0\r\n\r\n");
    chunked("bad_chunk_plus", "+5\r\nhello\r\n0\r\n\r\n");
    chunked("bad_chunk_minus", "-5\r\nhello\r\n0\r\n\r\n");
    chunked("bad_chunk_empty", "\r\nhello\r\n0\r\n\r\n");
    chunked("bad_chunk_letters", "hostile\r\nhello\r\n0\r\n\r\n");
    chunked("bad_chunk_65_bits", "10000000000000005\r\nhello\r\n0\r\n\r\n");
    chunked("bad_chunk_nul", "5\0\r\nhello\r\n0\r\n\r\n"s);
    chunked("bad_chunk_longer", "2\r\n{}surplus\r\n0\r\n\r\n");
    chunked("bad_chunk_bare_lf", "2\n{}\n0\n\n");
    bad("chunk_trailer_of_a_mebibyte", [](const AskedPage& asked) {
        return ok("Transfer-Encoding: chunked\r\n", fmt::format("{:x}\r\n{}\r\n0\r\nA: {}\r\n\r\n", asked.good.size(),
                                                                asked.good, std::string(1UL << 20, 'x')));
    });
    bad("chunk_extension_of_a_mebibyte", [](const AskedPage&) {
        return ok("Transfer-Encoding: chunked\r\n", "5;" + std::string(1UL << 20, 'x') + "\r\nhello\r\n");
    });
    bad("chunks_of_one_byte_for_ever", [](const AskedPage&) {
        return ok("Transfer-Encoding: chunked\r\n").send_times(100'000, many(1'000, [](std::size_t) {
                                                                   return "1;aaaaaaaaaaaaaaaa\r\n \r\n"s;
                                                               }));
    });
}

void add_bad_heads(Rows& out)
{
    const auto bad = [&](const char* name, FakeScript script, const std::string& why = "") {
        out.push_back({name, everyone, [script](const AskedPage&) { return script; }, protocol(why)});
    };
    const auto large = [&](const char* name, std::function<std::string()> fields) {
        out.push_back({name, everyone,
                       [fields = std::move(fields)](const AskedPage&) {
                           return FakeScript("HTTP/1.1 200 OK\r\n" + fields() + "Content-Length: 2\r\n\r\n{}");
                       },
                       protocol("head of the answer is too large")});
    };
    const std::string rest = "Content-Length: 2\r\n\r\n{}";
    bad("status_line_no_code", FakeScript("HTTP/1.1 OK\r\n" + rest).hang(), "malformed head");
    bad("status_line_code_too_small", FakeScript("HTTP/1.1 099 Low\r\n" + rest).hang());
    bad("status_line_code_too_large", FakeScript("HTTP/1.1 999 High\r\n" + rest).hang());
    bad("status_line_other_version", FakeScript("HTTP/9.9 200 OK\r\n" + rest).hang(), "does not speak HTTP/1.1");
    bad("status_line_shoutcast", FakeScript("ICY 200 OK\r\n" + rest).hang(), "does not speak HTTP/1.1");
    bad("status_line_two_spaces", FakeScript("HTTP/1.1  200 OK\r\n" + rest).hang(), "malformed head");
    bad("status_line_late", FakeScript("\r\nHTTP/1.1 200 OK\r\n" + rest).hang(), "does not speak HTTP/1.1");
    bad("header_nul", FakeScript("HTTP/1.1 200 OK\r\nA: \0\r\n"s + rest).hang(), "malformed head");
    bad("header_cr", FakeScript("HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: hostile\r\n" + rest).hang(), "malformed head");
    bad("header_lf", FakeScript("HTTP/1.1 200 OK\r\nA: b\nSet-Cookie: hostile\r\n" + rest).hang(), "malformed head");
    bad("header_without_colon", FakeScript("HTTP/1.1 200 OK\r\nhostile\r\n" + rest).hang(), "malformed head");
    bad("header_space_before_colon", FakeScript("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}").hang(),
        "malformed head");
    bad("obs_fold", FakeScript("HTTP/1.1 200 OK\r\nA: b\r\n hostile\r\n" + rest).hang(), "folded header line");
    large("huge_headers", [] { return "A: " + std::string(1UL << 20, 'x') + "\r\n"; });
    large("many_headers", [] { return many(10'000, [](std::size_t i) { return fmt::format("H{}: a\r\n", i); }); });
    bad("headers_past_256",
        FakeScript("HTTP/1.1 200 OK\r\n" + many(256, [](std::size_t i) { return fmt::format("H{}: a\r\n", i); }) + rest)
            .hang(),
        "more than 256");
    bad("headers_for_ever", FakeScript("HTTP/1.1 200 OK\r\n").send_times(1'000'000, "A: hostile\r\n"), "too large");
    bad("c100_flood", FakeScript().send_times(1'000'000, "HTTP/1.1 100 Continue\r\n\r\n"), "too many interim");
    bad("c100_nine",
        FakeScript().send_times(9, "HTTP/1.1 103 Early Hints\r\n\r\n").send("HTTP/1.1 200 OK\r\n" + rest).hang(),
        "too many interim");
    out.push_back({"c100_eight", everyone,
                   [](const AskedPage& asked) {
                       return FakeScript()
                           .send_times(8, "HTTP/1.1 103 Early Hints\r\nLink: <http://hostile/>\r\n\r\n")
                           .send(FakeReply{.body = asked.good}.wire());
                   },
                   good()});
    bad("switching_protocols", FakeScript("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n").hang());
    bad("h2_preface", FakeScript("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").hang(), "does not speak HTTP/1.1");
    bad("h2_settings", FakeScript(std::string_view("\0\0\x12\4\0\0\0\0\0", 9)).hang(), "does not speak HTTP/1.1");
    bad("tls_alert", FakeScript(std::string_view("\x15\x03\x03\0\x02\x02\x28", 7)).hang(), "does not speak HTTP/1.1");
    bad("ssh_banner", FakeScript("SSH-2.0-hostile\r\n").hang(), "does not speak HTTP/1.1");
}

void add_statuses(Rows& out)
{
    for (const int status : {201, 202, 203, 205, 206, 226, 304}) {
        out.push_back({fmt::format("status_{}", status), everyone, under_status(status),
                       protocol(status == 304 ? "redirect refused" : fmt::format("{} from the backend", status))});
    }
    out.push_back({"status_204", everyone,
                   [](const AskedPage&) { return FakeScript("HTTP/1.1 204 No Content\r\n\r\n"); }, protocol()});
    out.push_back({"status_204_with_a_body", everyone,
                   [](const AskedPage& asked) {
                       return FakeScript("HTTP/1.1 204 No Content\r\n" + length(asked.good.size()) + "\r\n" +
                                         asked.good);
                   },
                   protocol()});
    struct Refusal {
        int status;
        std::string_view error_class;
    };
    for (const auto& [status, error_class] :
         {Refusal{400, "upstream_bad_request"}, Refusal{401, "upstream_auth"}, Refusal{403, "upstream_forbidden"},
          Refusal{404, "not_found"}, Refusal{418, "upstream_bad_request"}, Refusal{500, "upstream_unavailable"},
          Refusal{502, "upstream_unavailable"}, Refusal{503, "upstream_unavailable"},
          Refusal{504, "upstream_unavailable"}}) {
        out.push_back({fmt::format("status_{}", status),
                       everyone,
                       [status](const AskedPage&) { return FakeReply{.status = status, .body = "hostile"}; },
                       {.state = "error", .error_class = error_class}});
    }
    for (const auto& [name, value] : {std::pair{"none", ""},
                                      {"seconds", "120"},
                                      {"date", "Fri, 31 Dec 2100 23:59:59 GMT"},
                                      {"word", "hostile"},
                                      {"negative", "-1"},
                                      {"ages", "1000000000"},
                                      {"past_64_bits", "99999999999999999999"}}) {
        HttpHeaders headers;
        if (*value != '\0') {
            headers.emplace_back("Retry-After", value);
        }
        out.push_back(
            {"throttled_retry_after_"s + name,
             everyone,
             [headers](const AskedPage&) { return FakeReply{.status = 429, .body = "hostile", .headers = headers}; },
             {.state = "error", .error_class = "throttled", .most_pages = 1}});
    }
}

void add_floods(Rows& out)
{
    // A gibibyte each, if anybody read on.
    const auto flood = [&](const char* name, std::string begin, std::function<std::string()> piece, const char* why,
                           std::function<void(SourceConfig&)> configure = nullptr) {
        out.push_back({name,
                       {glance},
                       [begin, piece = std::move(piece)](const AskedPage&) {
                           const auto bytes = piece();
                           return ok("", begin).send_times((1UL << 30) / bytes.size(), bytes);
                       },
                       protocol(why),
                       std::move(configure)});
    };
    const auto mebibyte = [](char c) { return [c] { return std::string(1UL << 20, c); }; };
    flood("bomb_of_blanks_in_the_list", R"({"images":[)", mebibyte(' '), "too large");
    flood("bomb_of_blanks_before_the_list", "", mebibyte(' '), "");
    flood("bomb_of_one_row", R"({"images":[{"id":")", mebibyte('x'), "too large");
    const auto rows = [] {
        return many(10'000,
                    [](std::size_t i) { return fmt::format(R"({{"id":"hostile-{:06}","visibility":"public"}},)", i); });
    };
    flood("bomb_of_rows", R"({"images":[)", rows, "too large",
          [](SourceConfig& source) { source.max_page_bytes = 4UL << 20; });
    flood("bomb_of_brackets", R"({"images":[)", mebibyte('['), "");
    out.push_back({"bomb_in_an_error",
                   {glance},
                   [](const AskedPage&) {
                       return raw_head("HTTP/1.1 500 Oops", "Content-Length: 1073741824\r\n")
                           .send_times(1024, std::string(1UL << 20, 'x'));
                   },
                   unavailable()});
}

} // namespace

std::vector<HostileAnswer> hostile_messages()
{
    Rows out;
    add_silence(out);
    add_broken_connections(out);
    add_bad_framing(out);
    add_bad_heads(out);
    add_statuses(out);
    add_floods(out);
    return out;
}

} // namespace polyglance::test
