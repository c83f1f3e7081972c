// What clouds and identity services answer beside pages of images.
#include "adapters/auth/keystone_messages.hpp"
#include "adapters/glance/schema.hpp"
#include "adapters/upstream_error.hpp"
#include "fuzz/targets.hpp"

namespace polyglance::fuzz {
namespace {

const Instant now = *parse_timestamp("2026-01-02T03:04:05Z");

void check_wait(const Error& error)
{
    must(!error.retry_after || (error.retry_after->count() >= 0 && *error.retry_after <= std::chrono::hours{1}),
         "nobody keeps us waiting for more than an hour");
}

} // namespace

void glance_schema(std::string_view bytes)
{
    const auto flavour = glance::read_schema(bytes);
    must(flavour.dialect == glance::Dialect::openstack || flavour.visibilities.size() == 2,
         "its words tell whose it is");
}

/// Lines before the body: the status and the provider, one byte each; what the call went on from; Retry-After.
void error_answer(std::string_view bytes)
{
    const auto first = take_line(bytes);
    const auto marker = take_line(bytes);
    const auto wait = take_line(bytes);
    HttpResponse response{.status = 300, .headers = {{"Retry-After", std::string(wait)}}, .body = std::string(bytes)};
    response.status += first.empty() ? 0 : static_cast<unsigned char>(first.front());
    const auto provider = static_cast<Provider>(first.size() < 2 ? 0 : static_cast<unsigned char>(first[1]) % 4);
    const auto error = upstream_error(response, {.provider = provider, .marker = marker, .now = now});
    must(!error.message.empty() && error.message.size() < 100, "an error is told in our words");
    check_wait(error);
}

void keystone_answer(std::string_view bytes)
{
    HttpResponse response{.status = 201,
                          .headers = {{"X-Subject-Token", "token"}, {"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}},
                          .body = std::string(bytes)};
    if (const auto issued = keystone::read_issued_token(response, now)) {
        must(issued->lifetime > issued->lifetime.zero(), "a token has time left");
        must(keystone::time_until_renewal(issued->lifetime) <= issued->lifetime, "and is renewed before its end");
        for (const auto& entry : issued->catalogue.entries) {
            static_cast<void>(issued->catalogue.find(entry.type, entry.region, entry.interface));
        }
        static_cast<void>(issued->catalogue.find("compute", "", "public"));
    }
    response.status = 200;
    static_cast<void>(keystone::read_catalogue(response, now));
    // Of a refusal only status and headers count.
    response.headers.emplace_back("Retry-After", std::string(bytes));
    for (const int status : {302, 400, 401, 429, 503, 600}) {
        response.status = status;
        check_wait(keystone::refusal(response, now));
    }
}

} // namespace polyglance::fuzz
