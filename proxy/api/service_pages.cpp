#include "proxy/api/service_pages.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "proxy/api/document.hpp"
#include "proxy/api/json_members.hpp"
#include "proxy/api/request_guard.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {
namespace {

std::string escape_html(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string problem_html(const std::vector<ProblemKind>& rows)
{
    const auto code = escape_html(rows.front().code);
    std::string out =
        fmt::format("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{0}</title>"
                    "</head>\n<body>\n<h1>{0}</h1>\n",
                    code);
    for (const auto& row : rows) {
        out += fmt::format("<h2>{} {}</h2>\n<p>{}</p>\n", row.status, escape_html(row.title), escape_html(row.meaning));
    }
    out += rows.front().retryable ? "<p>The same request may work later.</p>\n"
                                  : "<p>The same request will fail again.</p>\n";
    return out + "</body>\n</html>\n";
}

std::string problem_json(const std::vector<ProblemKind>& rows)
{
    std::string out = "{";
    append_member(out, "type", "/problems/" + std::string(rows.front().code));
    append_member(out, "code", rows.front().code);
    append_member(out, "retryable", rows.front().retryable);
    json::append_key(out, "cases");
    out += '[';
    for (const auto& row : rows) {
        out += out.back() == '[' ? "{" : ",{";
        append_member(out, "status", row.status);
        append_member(out, "title", row.title);
        append_member(out, "meaning", row.meaning);
        out += '}';
    }
    return out + "]}\n";
}

} // namespace

Response get_index(const ApiContext& context, const Request& request)
{
    constexpr std::array<std::array<std::string_view, 2>, 7> links{{{"images", "/v1/images"},
                                                                    {"sources", "/v1/sources"},
                                                                    {"providers", "/v1/providers"},
                                                                    {"schema", "/v1/schemas/images"},
                                                                    {"openapi", "/openapi.json"},
                                                                    {"ready", "/readyz"},
                                                                    {"version", "/version"}}};
    std::string body = "{";
    append_member(body, "name", context.build.name);
    append_member(body, "version", context.build.version);
    json::append_key(body, "links");
    body += '{';
    for (const auto& [name, target] : links) {
        append_member(body, name, request.prefix + std::string(target));
    }
    return document_response(request, json_type, body + "}}\n", long_lived);
}

Response get_problem(const Request& request)
{
    std::vector<ProblemKind> rows;
    for (const auto& kind : problem_kinds()) {
        if (kind.code == request.path_parameter("code")) {
            rows.push_back(kind);
        }
    }
    if (rows.empty()) {
        return problem_response({.code = "not_found", .detail = "No problem of that code."}, request);
    }
    if (choose_type(request.header("Accept"), std::array{json_type, html_type}) == html_type) {
        auto response = document_response(request, "text/html; charset=utf-8", problem_html(rows), long_lived);
        response.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        return response;
    }
    return document_response(request, json_type, problem_json(rows), long_lived);
}

Response get_version(const ApiContext& context, const Request&)
{
    const auto& build = context.build;
    std::string body = "{";
    append_member(body, "name", build.name);
    append_member(body, "version", build.version);
    append_member(body, "commit", build.commit);
    append_member(body, "built_at", build.built_at);
    append_member(body, "compiler", build.compiler);
    json::append_key(body, "libraries");
    body += '{';
    for (const auto& [name, version] : build.libraries) {
        append_member(body, name, version);
    }
    body += '}';
    append_member(body, "started_at", build.started_at);
    auto response = make_response(200, json_type, body + "}\n");
    response.add("Cache-Control", "no-store");
    return response;
}

} // namespace polyglance
