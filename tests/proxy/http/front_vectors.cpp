#include "tests/proxy/http/front_vectors.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace polyglance::test {
namespace {

using namespace std::string_literals;
using Vectors = std::vector<FrontVector>;

constexpr auto stays_open = Ending::stays_open;
constexpr auto closes = Ending::closes;
constexpr auto must = Grade::must;
constexpr auto strict = Grade::strict;

const std::string good = get_request("/v1/images?limit=1");
const std::string canary = get_request("/v1/images/os-a~canary");

std::string repeated(std::string_view text, std::size_t times)
{
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

std::string hex(char c)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return {digits[byte >> 4], digits[byte & 15]};
}

/// One row per text: named after it, its bytes made from it.
template <class Make>
Vectors each(const std::vector<std::string>& texts, Make make)
{
    Vectors out;
    for (const auto& text : texts) {
        out.push_back(make(text));
        out.back().name = out.back().name.empty() ? text : out.back().name + ' ' + text;
    }
    return out;
}

void append(Vectors& out, Vectors more)
{
    std::move(more.begin(), more.end(), std::back_inserter(out));
}

/// A GET with these lines, and behind it what a front that read a body elsewhere would take for a request.
FrontVector refused_with(std::string_view lines, std::string_view behind = "", Grade grade = must)
{
    return {"", get_request("/v1/images", lines) + std::string(behind) + canary, {400}, closes, grade};
}

Vectors two_lengths()
{
    Vectors out{
        {"zero and five", refused_with("Content-Length: 0\r\nContent-Length: 5\r\n", "hello").bytes, {400}},
        {"five and zero", refused_with("Content-Length: 5\r\nContent-Length: 0\r\n", "hello").bytes, {400}},
        {"five and six", refused_with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello").bytes, {400}},
        {"in other case", refused_with("content-length: 0\r\nCONTENT-LENGTH: 5\r\n", "hello").bytes, {400}},
        {"apart", refused_with("Content-Length: 0\r\nA: b\r\nContent-Length: 5\r\n", "hello").bytes, {400}},
        {"five twice", refused_with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello").bytes, {400}},
        {"one is nothing at all", get_request("/v1/images?limit=1", "Content-Length: 0\r\n"), {200}, stays_open},
        {"leading zeros", get_request("/v1/images?limit=1", "Content-Length: 000\r\n"), {200}, stays_open},
    };
    append(out,
           each({"5, 6",
                 "0, 5",
                 "5,5",
                 "+0",
                 "+5",
                 "-0",
                 "-1",
                 "0x0",
                 "0x5",
                 "0 5",
                 "5;",
                 "5.0",
                 "1e0",
                 "five",
                 "\"5\"",
                 "0,",
                 ",0",
                 "18446744073709551616",
                 "99999999999999999999999999999999999999999",
                 "\xd9\xa5",
                 "5\v",
                 "5\f"},
                [](const std::string& text) { return refused_with("Content-Length: " + text + "\r\n", "hello"); }));
    append(out, each({"", " ", "\t"},
                     [](const std::string& text) { return refused_with("Content-Length:" + text + "\r\n", "hello"); }));
    return out;
}

const std::vector<std::string> transfer_codings{"chunked",
                                                "Chunked",
                                                "CHUNKED",
                                                "identity",
                                                "xchunked",
                                                "chunkedx",
                                                "cow",
                                                "\"chunked\"",
                                                "chunked, chunked",
                                                "gzip",
                                                "gzip, chunked",
                                                "chunked, gzip",
                                                "chunked, identity",
                                                "identity, chunked",
                                                "chunked;q=1",
                                                "chunked ;",
                                                "chunked,",
                                                ",chunked",
                                                "\tchunked",
                                                "chunked\t",
                                                "  chunked  ",
                                                "\xa0"
                                                "chunked",
                                                "\vchunked",
                                                "chunked\f",
                                                "",
                                                ",",
                                                "chun ked",
                                                "c\xe4hunked",
                                                "'chunked'",
                                                "chunked/1.0"};

Vectors length_and_transfer_coding()
{
    auto out = each(transfer_codings, [](const std::string& text) {
        return refused_with("Content-Length: 4\r\nTransfer-Encoding: " + text + "\r\n", "0\r\n\r\n");
    });
    append(out, each({"chunked", "identity", "cow"}, [](const std::string& text) {
               auto row = refused_with("Transfer-Encoding: " + text + "\r\nContent-Length: 4\r\n", "0\r\n\r\n");
               row.name = "the other way round";
               return row;
           }));
    append(out, each({"chunked", "identity"}, [](const std::string& text) {
               auto row = refused_with("Content-Length: 0\r\nTransfer-Encoding: " + text + "\r\n", "0\r\n\r\n");
               row.name = "length zero and";
               return row;
           }));
    return out;
}

Vectors transfer_coding()
{
    auto out = each(transfer_codings, [](const std::string& text) {
        return refused_with("Transfer-Encoding: " + text + "\r\n", "0\r\n\r\n");
    });
    append(out, each({"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                      "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked",
                      "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", "Transfer-Encoding\0: chunked"s,
                      "\vTransfer-Encoding: chunked", "TRANSFER-ENCODING:chunked",
                      "transfer-encoding: chunked\r\nConnection: close, Transfer-Encoding"},
                     [](const std::string& lines) { return refused_with(lines + "\r\n", "0\r\n\r\n"); }));
    out.push_back({"HTTP/1.0",
                   "GET /v1/images HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + canary,
                   {400}});
    // Another header by a similar name says nothing of a body: what follows is the next request, and is not one.
    append(out, each({"Transfer_Encoding", "X-Transfer-Encoding", "TransferEncoding", "Transfer-Encodings"},
                     [](const std::string& name) {
                         return FrontVector{"",
                                            get_request("/v1/images?limit=1", name + ": chunked\r\n") + "0: x\r\n\r\n" +
                                                canary,
                                            {200, 400}};
                     }));
    return out;
}

/// A chunked request whose first chunk is written that way. None is read: the head is refused.
FrontVector chunk(const std::string& bytes)
{
    return {"", get_request("/v1/images", "Transfer-Encoding: chunked\r\n") + bytes + canary, {400}};
}

Vectors chunk_sizes()
{
    return each({"0x5", "+5", "-5", "10000000000000000", "ffffffffffffffffff", "", "\0"s, " 5", "5 ", "5\t", "5;ext",
                 "5;a=\"\r\"", "0_5", "g", "00000000000000000005", "5,5", "\xd9\xa5"},
                [](const std::string& size) { return chunk(size + "\r\nhello\r\n0\r\n\r\n"); });
}

Vectors chunk_data()
{
    return each({"5\r\nhello!\r\n0\r\n\r\n", "5\r\nhel\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5\rhello\r0\r\r",
                 "5\r\nhelloXX0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello\r\n0\r\nHost: b\r\n\r\n",
                 "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", "0\r\n", "0\r\n\r\n"},
                chunk);
}

Vectors large_trailer()
{
    const std::string large(1UL << 20, 'x');
    auto trailer = chunk("0\r\nA: " + large + "\r\n\r\n");
    trailer.name = "one trailer of 1 MiB";
    auto extension = chunk("5;" + large + "\r\nhello\r\n0\r\n\r\n");
    extension.name = "an extension of 1 MiB";
    auto many = chunk("0\r\n" + repeated("A: b\r\n", 100'000) + "\r\n");
    many.name = "100,000 trailers";
    auto endless = chunk("0\r\nA: " + large);
    endless.name = "a trailer without an end";
    return {trailer, extension, many, endless};
}

Vectors header_lines()
{
    auto out = each({"A : b", "A\t: b", "A \t : b", "A", ": b", " : b", ":", "A: b\r\n c", "A: b\r\n\tc", "A:\r\n b",
                     "A: b\r\n ", "A: b\r\n\t\r\n c", "A: b\r\n \r\n"},
                    [](const std::string& line) { return refused_with(line + "\r\n"); });
    const auto first = [&out](std::string name, std::string_view line) {
        out.push_back(
            {std::move(name), "GET /v1/images HTTP/1.1\r\n" + std::string(line) + "\r\n\r\n" + canary, {400}});
    };
    first("space before the first line", " Host: a");
    first("tab before the first line", "\tHost: a");
    first("space before the colon of Host", "Host : a");
    first("folded Host", "Host: a\r\n .example");
    first("lone LF behind Host", "Host: a\nB: c");
    first("lone LF behind a later line", "Host: a\r\nB: c\nD: e");
    first("lone CR inside", "Host: a\r\nB: c\rD: e");
    first("two CR", "Host: a\r\r\nB: c");
    out.push_back({"all lines by LF", "GET /v1/images HTTP/1.1\nHost: a\n\n" + canary, {400}, closes, strict});
    out.push_back({"last line by LF", "GET /v1/images HTTP/1.1\r\nHost: a\r\n\n" + canary, {400}, closes, strict});
    out.push_back({"first line by LF", "GET /v1/images HTTP/1.1\nHost: a\r\n\r\n" + canary, {400}, closes, strict});
    out.push_back({"no blank behind the colon", get_request("/v1/images?limit=1", "A:b\r\n"), {200}, stays_open});
    out.push_back({"an empty value", get_request("/v1/images?limit=1", "A:\r\nB: \r\n"), {200}, stays_open});
    return out;
}

Vectors characters()
{
    Vectors out;
    for (const char c : "()<>@,;\\\"/[]?={} \t\x7f\x80\xff\x01\x1f"s + '\0') {
        auto row = refused_with("A"s + c + "B: c\r\n");
        row.name = "in a name " + hex(c);
        out.push_back(std::move(row));
    }
    for (int code = 0; code < 0x20; ++code) {
        if (code != '\t' && code != '\r' && code != '\n') { // these have rows of their own
            auto row = refused_with("A: b"s + static_cast<char>(code) + "c\r\n");
            row.name = "in a value " + hex(static_cast<char>(code));
            out.push_back(std::move(row));
        }
    }
    append(
        out,
        {{"in a value 7f",
          refused_with("A: b\x7f"
                       "c\r\n")
              .bytes,
          {400}},
         {"at the start of a value", refused_with("A:\0b\r\n"s).bytes, {400}},
         {"at the end of a value", refused_with("A: b\0\r\n"s).bytes, {400}},
         {"in the first line", "GET /v1/\0images HTTP/1.1\r\nHost: a\r\n\r\n"s + canary, {400}},
         {"in the method", "G\0ET /v1/images HTTP/1.1\r\nHost: a\r\n\r\n"s + canary, {400}},
         {"in the version",
          "GET /v1/images HTTP/1.\0"
          "1\r\nHost: a\r\n\r\n"s +
              canary,
          {400}},
         {"tab in a value", get_request("/v1/images?limit=1", "A: b\tc\r\n"), {200}, stays_open},
         {"other bytes in a value", get_request("/v1/images?limit=1", "A: \xe4\xb8\xad\xff\r\n"), {200}, stays_open}});
    for (const char c : "\x01\x09\x0b\x0c\x1f\x7f\x80\xff#"s) {
        out.push_back(
            {"in the target " + hex(c), "GET /v1/images"s + c + " HTTP/1.1\r\nHost: a\r\n\r\n" + canary, {400}});
    }
    return out;
}

FrontVector hosts(const std::string& lines, int status, Grade grade = must)
{
    const bool fine = status == 200;
    return {lines,
            "GET /v1/images?limit=1 HTTP/1.1\r\n" + lines + "\r\n" + (fine ? "" : canary),
            {status},
            fine ? stays_open : closes,
            grade};
}

Vectors host()
{
    Vectors out{
        hosts("", 400),
        hosts("Host: a\r\nHost: a\r\n", 400),
        hosts("Host: a\r\nHost: b\r\n", 400),
        hosts("Host: a\r\nhOST: b\r\n", 400),
        hosts("Host:\r\n", 400, strict),
        hosts("Host: :80\r\n", 400, strict),
    };
    for (const std::string name :
         {"a b",      "a/b",      "a?b",  "a#b",   "user@a",  "user:pass@a", "a\\b",  "a\"b",     "<a>",
          "a{b}",     "a|b",      "a^b",  "[::1",  "::1",     "[::1]x",      "[]",    "[:]",      "[g::1]",
          "[::1]]",   "a:x",      "a:-1", "a:+80", "a:80:80", "a:80x",       "a: 80", "a:123456", "a:1234567890123",
          "\xc3\xa4", "http://a", "a,b/c"}) {
        out.push_back(hosts("Host: " + name + "\r\n", 400));
    }
    out.push_back(hosts("Host: a:65536\r\n", 400, strict));
    for (const std::string name : {"a", "a.example", "a:80", "a:", "[::1]", "[::1]:8080", "127.0.0.1:65535", "xn--a"}) {
        out.push_back(hosts("Host: " + name + "\r\n", 200));
    }
    const auto line = [&out](std::string name, std::string_view bytes, int status, Ending ending, Grade grade = must) {
        out.push_back({std::move(name), std::string(bytes) + (status == 400 ? canary : ""), {status}, ending, grade});
    };
    line("HTTP/1.0 needs none", "GET /v1/images?limit=1 HTTP/1.0\r\n\r\n", 200, closes);
    line("HTTP/1.0 with a bad one", "GET /v1/images HTTP/1.0\r\nHost: a b\r\n\r\n", 400, closes);
    line("HTTP/1.0 with two", "GET /v1/images HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400, closes);
    line("absolute form", "GET http://b.example/v1/images?limit=1 HTTP/1.1\r\nHost: a\r\n\r\n", 200, stays_open);
    line("absolute form, https", "GET https://b/v1/images?limit=1 HTTP/1.1\r\nHost: a\r\n\r\n", 200, stays_open);
    line("absolute form without Host", "GET http://b/v1/images HTTP/1.1\r\n\r\n", 400, closes);
    line("absolute form, no host", "GET http:///v1/images HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("absolute form, a user", "GET http://u:p@b/v1/images HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes, strict);
    line("absolute form, bad host", "GET http://b\\c/v1/images HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("absolute form, bad port", "GET http://b:x/v1/images HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("absolute form, other scheme", "GET ftp://b/v1/images HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("authority form", "GET b:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("asterisk form", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("no slash", "GET v1/images HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    line("a query alone", "GET ?limit=1 HTTP/1.1\r\nHost: a\r\n\r\n", 400, closes);
    return out;
}

Vectors request_line()
{
    return each({"GET\t/v1/images\tHTTP/1.1",
                 "GET  /v1/images HTTP/1.1",
                 "GET /v1/images  HTTP/1.1",
                 "GET /v1/images HTTP/1.1 ",
                 "GET /v1/images HTTP/1.1 x",
                 "GET /v1/images x HTTP/1.1",
                 " GET /v1/images HTTP/1.1",
                 "\tGET /v1/images HTTP/1.1",
                 "/v1/images HTTP/1.1",
                 "GET HTTP/1.1",
                 "GET /v1/images",
                 "GET",
                 "GET /v1/images HTTP/0.9",
                 "GET /v1/images HTTP/2.0",
                 "GET /v1/images HTTP/2",
                 "GET /v1/images HTTP/3.0",
                 "GET /v1/images HTTP/1",
                 "GET /v1/images HTTP/1.",
                 "GET /v1/images HTTP/1.2",
                 "GET /v1/images HTTP/1.9",
                 "GET /v1/images HTTP/1.10",
                 "GET /v1/images HTTP/01.1",
                 "GET /v1/images HTTP/11",
                 "GET /v1/images HTTP/1,1",
                 "GET /v1/images HTTP /1.1",
                 "GET /v1/images HTTP/ 1.1",
                 "GET /v1/images http/1.1",
                 "GET /v1/images HTP/1.1",
                 "GET /v1/images HTTP/-1.1",
                 "GET /v1/images HTTP/1.x",
                 "GET /v1/images HTTP/1.1\r",
                 "GET /v1/images\vHTTP/1.1",
                 "GET /v1/images\xa0HTTP/1.1",
                 "G(T /v1/images HTTP/1.1",
                 "G@T /v1/images HTTP/1.1",
                 "\"GET\" /v1/images HTTP/1.1",
                 "\xefGET / HTTP/1.1",
                 "GET: /v1/images HTTP/1.1",
                 "GET /v1/images?a b HTTP/1.1",
                 "\r"},
                [](const std::string& line) { return FrontVector{"", line + "\r\nHost: a\r\n\r\n" + canary, {400}}; });
}

Vectors sizes()
{
    const auto target = [](std::size_t size) { return "/" + std::string(size - 1, 'a'); };
    const std::string line(16000, 'a');
    return {
        {"a target of 8 KiB", get_request(target(8192)), {404}, stays_open},
        {"a target of one more", get_request(target(8193)) + canary, {414}},
        {"a target of 64 KiB", get_request(target(65536)) + canary, {414}},
        {"a target of 1 MiB", get_request(target(1UL << 20)) + canary, {414}},
        {"8,000 segments", get_request(repeated("/", 8000)), {404}, stays_open},
        {"a query of 64 KiB", get_request("/v1/images?name=" + std::string(65536, 'a')) + canary, {414}},
        {"a method of 64 KiB",
         std::string(65536, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n" + canary,
         {414},
         closes,
         strict},
        {"a version of 64 KiB",
         "GET / HTTP/1." + std::string(65536, '1') + "\r\nHost: a\r\n\r\n" + canary,
         {414},
         closes,
         strict},
        {"a header that just fits", get_request("/v1/images?limit=1", "A: " + line + "\r\n"), {200}, stays_open},
        {"a header of 64 KiB", get_request("/v1/images", "A: " + std::string(65536, 'a') + "\r\n") + canary, {431}},
        {"a header of 1 MiB", get_request("/v1/images", "A: " + std::string(1UL << 20, 'a') + "\r\n") + canary, {431}},
        {"a name of 64 KiB", get_request("/v1/images", std::string(65536, 'a') + ": b\r\n") + canary, {431}},
        {"10,000 headers", get_request("/v1/images", repeated("A: b\r\n", 10'000)) + canary, {431}},
        {"3,000 headers", get_request("/v1/images?limit=1", repeated("a:\r\n", 3'000)), {200}, stays_open, strict},
        {"no end at all", "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(1UL << 20, 'a'), {431}},
    };
}

Vectors bodies()
{
    const auto with = [](std::string_view method, std::string_view target, std::string_view lines) {
        return std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(lines) +
               "\r\nhello" + canary;
    };
    const std::string five = "Content-Length: 5\r\n";
    return {
        {"GET", with("GET", "/v1/images", five), {400}},
        {"HEAD", with("HEAD", "/v1/images", five), {400}, closes, must, {0}},
        {"DELETE", with("DELETE", "/v1/images/os-a~canary", five), {400}},
        {"POST", with("POST", "/v1/sources/os-a:refresh", five), {400}},
        {"OPTIONS", with("OPTIONS", "/v1/images", five), {400}},
        {"unknown method", with("FOO", "/v1/images", five), {400}},
        {"unknown path", with("GET", "/nowhere", five), {400}},
        {"64 KiB announced", with("GET", "/v1/images", "Content-Length: 65536\r\n"), {400}},
        {"one more", with("GET", "/v1/images", "Content-Length: 65537\r\n"), {413}},
        {"an exabyte announced", with("GET", "/v1/images", "Content-Length: 1000000000000000000\r\n"), {413}},
        {"the largest number", with("GET", "/v1/images", "Content-Length: 18446744073709551615\r\n"), {413}},
        {"64 KiB sent",
         get_request("/v1/images", "Content-Length: 65536\r\n") + std::string(65536, 'x') + canary,
         {400}},
        {"100-continue", with("GET", "/v1/images", five + "Expect: 100-continue\r\n"), {400}},
        {"100-continue and chunked",
         with("POST", "/v1/sources/os-a:refresh", "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"),
         {400}},
        {"100-continue without a body",
         get_request("/v1/images?limit=1", "Expect: 100-continue\r\n"),
         {200},
         stays_open},
        {"not announced", get_request("/v1/images?limit=1") + "hello\r\n" + canary, {200, 400}},
        {"multipart/byteranges",
         get_request("/v1/images?limit=1", "Content-Type: multipart/byteranges; boundary=x\r\n"),
         {200},
         stays_open},
    };
}

Vectors methods()
{
    auto out =
        each({"get", "Get", "gET", "head", "PUT", "PATCH", "TRACE", "TRACK", "DEBUG", "CONNECT", "PROPFIND", "M-SEARCH",
              "GETGET", "GE", "PRI", "OPTIONS", "DELETE", "POST", "A!#$%&'*+-.^_`|~9"},
             [](const std::string& method) {
                 return FrontVector{
                     "", method + " /v1/images HTTP/1.1\r\nHost: a\r\nCookie: canary\r\n\r\n", {405}, stays_open};
             });
    append(out, {{"unknown method, unknown path", "FOO /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", {404}, stays_open},
                 {"CONNECT to an authority", "CONNECT canary.example:443 HTTP/1.1\r\nHost: a\r\n\r\n" + canary, {400}},
                 {"TRACE of everything", "TRACE * HTTP/1.1\r\nHost: a\r\nCookie: canary\r\n\r\n", {400}},
                 {"OPTIONS of everything", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", {400}, closes, strict}});
    return out;
}

Vectors paths()
{
    return each({"/../etc/passwd",
                 "/..",
                 "/.",
                 "/v1/../v1/images",
                 "/v1/./images",
                 "/v1//images",
                 "//v1/images",
                 "//evil.example/v1/images",
                 "///",
                 "/v1/images/",
                 "/v1/images/.",
                 "/v1/images/..",
                 "/v1/images/../sources",
                 "/%2e%2e/etc/passwd",
                 "/%2E%2E/",
                 "/v1/%2e%2e/v1/images",
                 "/v1%2fimages",
                 "/v1%2Fimages",
                 "/v1/images%2f",
                 "/%2f%2fevil.example",
                 "/v1/images%5c",
                 "/v1\\images",
                 "/..\\..\\etc",
                 "/%c0%ae%c0%ae/etc",
                 "/%c0%af",
                 "/%e0%80%af",
                 "/v1/images%00",
                 "/v1/images/%00",
                 "/v1/images/os-a~%00",
                 "/%00",
                 "/%",
                 "/%2",
                 "/%zz",
                 "/%u002e",
                 "/v1/images/os-a~%ff",
                 "/v1/images/os-a~%ed%a0%80",
                 "/v1/images/..%2f..%2fetc%2fpasswd",
                 "/v1/images/os-a~../../etc/passwd",
                 "/v1/images/os-a~..%2f..%2fetc%2fpasswd",
                 "/v1/images/%2e%2e%2f~x",
                 "/v1/images;x=y",
                 "/v1/images%3flimit=1",
                 "/v1/images%23x",
                 "/v1/images%20",
                 "/%20/v1/images",
                 "/V1/images",
                 "/v1/Images",
                 "/{uid}",
                 "/v1/images/{uid}",
                 "/v1/sources/{id}",
                 "/v1/sources/../images",
                 "/ui/../openapi.json",
                 "/metrics",
                 "/debug/config",
                 "/.git/config",
                 "/etc/passwd",
                 "/polyglance.yaml"},
                [](const std::string& path) { return FrontVector{"", get_request(path), {404}, stays_open}; });
}

Vectors encoded_line_ends()
{
    auto out = each({"/v1/images?name=a%0d%0aSet-Cookie:%20canary=1", "/v1/images?name=a%0aSet-Cookie:%20canary=1",
                     "/v1/images?name=a%0d", "/v1/images?q=a%0d%0a%0d%0aHTTP/1.1%20200%20OK", "/v1/images?%0d%0aA=b",
                     "/v1/images?sort=name%0d%0aA:b", "/v1/images?source=os-a%0d%0aA:b",
                     "/v1/images?page_token=%0d%0aA:b", "/v1/images?name=%00", "/v1/images?name=%7f",
                     "/v1/images?name=%1b[2J", "/v1/images?name=%c0%8d%c0%8a", "/v1/images?name=%e5%98%8a%00"},
                    [](const std::string& target) { return FrontVector{"", get_request(target), {400}, stays_open}; });
    append(out,
           each({"/%0d%0aSet-Cookie:%20a=b", "/v1/images/os-a~x%0d%0aSet-Cookie:%20a=b", "/v1/sources/a%0d%0aA:b",
                 "/problems/%0d%0aA:b", "/v1/providers/%0d%0aA:b", "/v1/schemas/%0aA:b", "/v1/images%0d%0a"},
                [](const std::string& target) { return FrontVector{"", get_request(target), {404}, stays_open}; }));
    // Other characters that only look like line ends are data.
    append(out,
           each({"/v1/images?name=%e5%98%8a%e5%98%8d", "/v1/images?name=%c4%8d%c4%8a", "/v1/images?name=%e2%80%a8",
                 "/v1/images?name=%5cr%5cn"},
                [](const std::string& target) { return FrontVector{"", get_request(target), {200}, stays_open}; }));
    return out;
}

Vectors pipelines()
{
    const std::string last = get_request("/v1/images?limit=1", "Connection: close\r\n");
    return {
        {"two", good + good, {200, 200}, stays_open},
        {"a hundred", repeated(good, 100), std::vector<int>(100, 200), stays_open},
        {"an empty line between", good + "\r\n" + good, {200, 200}, stays_open},
        {"of several kinds",
         good + get_request("/nowhere") + "POST /v1/images HTTP/1.1\r\nHost: a\r\n\r\n" + good,
         {200, 404, 405, 200},
         stays_open},
        {"HEAD between",
         good + "HEAD /v1/images HTTP/1.1\r\nHost: a\r\n\r\n" + good,
         {200, 200, 200},
         stays_open,
         must,
         {1}},
        {"nothing behind close", last + canary, {200}},
        {"nothing behind HTTP/1.0", "GET /v1/images?limit=1 HTTP/1.0\r\n\r\n" + canary, {200}},
        {"nothing behind a refusal", good + get_request("/", "A : b\r\n") + canary, {200, 400}},
        {"200 KiB behind close", last + std::string(200'000, 'x'), {200}},
        {"1 MiB behind close", last + std::string(1UL << 20, 'x'), {200}, closes, strict},
    };
}

Vectors garbage_behind()
{
    auto out = each({"GARBAGE\r\n", "\0\0\0\0"s, "\x16\x03\x01", "@@@@", " GET / HTTP/1.1\r\n", "\n", "\r\n\r\n",
                     "{\"a\":1}", "HTTP/1.1 200 OK\r\n\r\n", "\xff\xfe", "GET /\r\n", "<html>"},
                    [](const std::string& text) { return FrontVector{"", good + text + canary, {200, 400}}; });
    append(out,
           {{"behind HEAD", "HEAD /v1/images HTTP/1.1\r\nHost: a\r\n\r\n{}" + canary, {200, 400}, closes, must, {0}},
            {"10,000 empty lines", repeated("\r\n", 10'000) + canary, {400}},
            {"10,000 line ends", repeated("\n", 10'000) + canary, {400}}});
    return out;
}

Vectors other_protocols()
{
    const std::string hello = "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"s + std::string(32, 'r') +
                              "\x00\x00\x04\x13\x01\x13\x02\x01\x00"s;
    return {
        {"TLS", hello, {400}},
        {"SSL 2", "\x80\x2e\x01\x03\x01"s, {400}},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"s, {400}},
        {"SSH", "SSH-2.0-OpenSSH_9.2\r\n", {400}},
        {"Redis, RESP", "*1\r\n$4\r\nPING\r\n", {400}},
        {"Redis, inline", "PING\r\n" + canary, {400}},
        {"Redis, CONFIG", "CONFIG SET dir /tmp\r\n" + canary, {400}},
        {"PROXY 1", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + canary, {400}},
        {"PROXY 2", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"s + std::string(12, '\1') + canary, {400}},
        {"SMTP", "EHLO a\r\nMAIL FROM:<a@b>\r\n", {400}},
        {"SIP", "OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n", {400}},
        {"RTSP", "OPTIONS rtsp://a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n", {400}},
        {"memcached", "stats\r\n", {400}},
        {"PostgreSQL", "\0\0\0\x08\x04\xd2\x16\x2f"s, {400}},
        {"Telnet", "\xff\xfb\x1f\xff\xfb\x20"s, {400}},
        {"FastCGI", "\1\1\0\1\0\x08\0\0"s, {400}},
        {"an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + canary, {400}},
        {"Gopher", "/v1/images\r\n", {400}},
        {"Gemini", "gemini://a/\r\n", {400}},
        {"ICAP", "REQMOD icap://a/b ICAP/1.0\r\nHost: a\r\n\r\n", {400}},
        {"JSON-RPC", "{\"jsonrpc\":\"2.0\"}\n", {400}},
    };
}

Vectors upgrades()
{
    return each({"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
                 "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                 "dGhlIHNhbXBsZSBub25jZQ==",
                 "Upgrade: TLS/1.0, HTTP/1.1\r\nConnection: Upgrade", "Upgrade: HTTP/2.0\r\nConnection: upgrade",
                 "Connection: Upgrade", "Upgrade: h2c"},
                [](const std::string& lines) {
                    return FrontVector{"", get_request("/v1/images?limit=1", lines + "\r\n"), {200}, stays_open};
                });
}

Vectors connection_options()
{
    auto out = each({"close", "Close", "close, Host", "Host, close", "keep-alive, close", "close, keep-alive",
                     "close\r\nConnection: keep-alive", "keep-alive\r\nConnection: close", ", close", "\tclose\t"},
                    [](const std::string& value) {
                        return FrontVector{
                            "", get_request("/v1/images?limit=1", "Connection: " + value + "\r\n") + canary, {200}};
                    });
    append(out, each({"Host", "Host, Authorization, X-Auth-Token", "Content-Length", "keep-alive", "TE", "", "closed",
                      "x-close"},
                     [](const std::string& value) {
                         return FrontVector{
                             "", get_request("/v1/images?limit=1", "Connection: " + value + "\r\n"), {200}, stays_open};
                     }));
    return out;
}

Vectors untrusted_headers()
{
    auto out = each({"X-Forwarded-For: canary",
                     "X-Forwarded-For: 127.0.0.1, 10.0.0.1",
                     "X-Forwarded-Host: canary.example",
                     "X-Forwarded-Proto: canary",
                     "X-Forwarded-Prefix: /canary",
                     "X-Forwarded-Port: 99999",
                     "Forwarded: for=127.0.0.1;host=canary.example",
                     "X-Real-IP: canary",
                     "X-Original-URL: /canary",
                     "X-Rewrite-URL: /v1/images/os-a~canary",
                     "X-Request-Id: canary with blanks",
                     "X-Request-Id: short",
                     "Origin: https://canary.example",
                     "Referer: https://canary.example/",
                     "User-Agent: () { canary; };",
                     "Cookie: canary=1",
                     "Range: bytes=0-1",
                     "Accept-Encoding: canary",
                     "TE: trailers",
                     "Trailer: canary",
                     "Max-Forwards: 0",
                     "If-Modified-Since: canary",
                     "If-None-Match: canary",
                     "If-None-Match: \"a\", W/\"b",
                     "If-None-Match: ,,,",
                     "If-Range: canary",
                     "Via: 1.1 canary",
                     "Keep-Alive: timeout=canary",
                     "Content-Encoding: gzip",
                     "Content-Type: application/json"},
                    [](const std::string& line) {
                        return FrontVector{"", get_request("/v1/images?limit=1", line + "\r\n"), {200}, stays_open};
                    });
    for (const std::string line :
         {"X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE"}) {
        out.push_back({line, get_request("/v1/images/os-a~plain", line + "\r\n"), {200}, stays_open});
        out.push_back({line + " of POST",
                       "POST /v1/images/os-a~plain HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n",
                       {405},
                       stays_open});
    }
    out.push_back({"_method", get_request("/v1/images/os-a~plain?_method=DELETE"), {400}, stays_open});
    return out;
}

} // namespace

std::string get_request(std::string_view target, std::string_view lines)
{
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

const std::vector<FrontGroup>& front_vectors()
{
    static const std::vector<FrontGroup> groups{
        {"lengths", two_lengths()},
        {"length_and_transfer_coding", length_and_transfer_coding()},
        {"transfer_coding", transfer_coding()},
        {"chunk_sizes", chunk_sizes()},
        {"chunk_data", chunk_data()},
        {"large_trailer", large_trailer()},
        {"header_lines", header_lines()},
        {"characters", characters()},
        {"host", host()},
        {"request_line", request_line()},
        {"sizes", sizes()},
        {"bodies", bodies()},
        {"methods", methods()},
        {"paths", paths()},
        {"encoded_line_ends", encoded_line_ends()},
        {"pipelines", pipelines()},
        {"garbage_behind", garbage_behind()},
        {"other_protocols", other_protocols()},
        {"upgrades", upgrades()},
        {"connection_options", connection_options()},
        {"untrusted_headers", untrusted_headers()},
    };
    return groups;
}

} // namespace polyglance::test
