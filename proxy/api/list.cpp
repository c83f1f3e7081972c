#include "proxy/api/list.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <expected>

#include "model/digest.hpp"
#include "proxy/api/envelope.hpp"
#include "proxy/api/etag.hpp"
#include "proxy/api/list_page.hpp"
#include "proxy/api/list_verdict.hpp"
#include "proxy/api/request_guard.hpp"

namespace polyglance {
namespace {

std::expected<ListRequest, Problem> read_request(const ApiContext& context, const ApiSettings& settings,
                                                 const Request& request)
{
    if (auto problem = refuse_head(request, std::array{json_type})) {
        return std::unexpected(std::move(*problem));
    }
    const auto catalog = context.hub.current();
    std::vector<std::string_view> ids;
    for (const auto& source : catalog->sources) {
        if (request.caller->sees(source.info->id)) {
            ids.push_back(source.info->id);
        }
    }
    auto out = parse_list_request(request.query, settings, ids);
    if (out) {
        out->prefix = request.prefix;
    }
    return out;
}

Problem token_problem(CursorFault fault)
{
    if (fault == CursorFault::mismatch) {
        return {.code = "page_token_mismatch", .detail = "The page token belongs to a list with other parameters."};
    }
    return {.code = "page_token_invalid", .detail = "The page token was not made here, or was changed."};
}

/// Where the walk stands. The catalogue stays empty when the answer is to come from the present one.
std::expected<PagePlan, Problem> make_plan(const ApiContext& context, const ApiSettings& settings, ListRequest asked,
                                           std::shared_ptr<const Caller> caller)
{
    PagePlan plan;
    plan.question = as_bytes(sha256(asked.canonical + '\n' + caller->visibility));
    plan.caller = std::move(caller);
    plan.request = std::move(asked);
    if (plan.request.page_token.empty()) {
        return plan;
    }
    auto cursor = settings.cursors.decode(plan.request.page_token, plan.question);
    if (!cursor) {
        return std::unexpected(token_problem(cursor.error()));
    }
    plan.after = std::move(cursor->position);
    plan.catalog = context.hub.at(cursor->generation);
    plan.generation_changed = plan.catalog == nullptr;
    return plan;
}

/// Sources worth a call: selected, and able to match.
std::vector<std::string> wanted_sources(const PagePlan& plan, Instant now)
{
    std::vector<std::string> out;
    for (const auto& shown : show_sources(plan, now)) {
        if (shown.state != SourceState::skipped && shown.state != SourceState::disabled) {
            out.push_back(shown.source->info->id);
        }
    }
    return out;
}

/// Gets the catalogue to answer from. A walk goes on in its own generation, so it waits for nothing.
asio::awaitable<Supplied> choose_catalog(ApiContext& context, PagePlan& plan, const Request& request)
{
    const Instant now = context.clock.now();
    if (plan.catalog) {
        context.refresh.touch(wanted_sources(plan, now));
        co_return Supplied::at_hand;
    }
    plan.catalog = context.hub.current();
    auto wanted = wanted_sources(plan, now);
    const Deadline deadline = request.received + plan.request.wait;
    const auto supplied = co_await supply(context, std::move(wanted), read_cache_directives(request), deadline);
    plan.catalog = context.hub.current();
    co_return supplied;
}

/// True when the answer depends on no header but If-None-Match and who is asking.
bool is_plain(const Request& request)
{
    const auto accept = request.header("Accept");
    return (accept.empty() || accept == "*/*" || accept == json_type) && request.header("Cache-Control").empty() &&
           request.prefix.empty();
}

Response respond(const Request& request, const RecentAnswers::Answer& answer)
{
    Response response;
    response.timing_head = answer.timing_head;
    if (etag_matches(request.header("If-None-Match"), answer.page->etag)) {
        response.status = 304;
        response.shared_head = answer.page->not_modified_head;
    } else {
        response.shared_head = answer.page->head;
        response.body = answer.page->body;
    }
    return response;
}

/// How long an answer from these sources may be repeated; empty: not at all, since some source has still to be asked.
std::optional<Instant::duration> repeatable_for(const std::vector<ShownSource>& shown, Instant now)
{
    Instant::duration out = RecentAnswers::longest;
    for (const auto& [source, state, reason, matched] : shown) {
        if (state == SourceState::skipped || state == SourceState::disabled) {
            continue;
        }
        if (!source->snapshot) {
            return std::nullopt;
        }
        if (const auto expires = source->status.expires_at; expires && *expires > now) {
            out = std::min(out, *expires - now);
        }
    }
    return out;
}

RecentAnswers::Basis present_basis(const ApiContext& context)
{
    return {.catalog = context.hub.serial(), .settings = context.settings.serial()};
}

std::shared_ptr<const ReadyPage> find_or_make(ApiContext& context, const ApiSettings& settings, const PagePlan& plan,
                                              const std::vector<ShownSource>& shown, std::string key)
{
    auto page = context.pages.find(key);
    if (!page) {
        page = make_page(plan, shown, settings.cursors);
        context.pages.insert(std::move(key), page);
    }
    return page;
}

/// Other clients of this loop do not wait for a page that takes long: it is made backstage.
asio::awaitable<std::shared_ptr<const ReadyPage>> get_page(ApiContext& context, const ApiSettings& settings,
                                                           const PagePlan& plan, const std::vector<ShownSource>& shown)
{
    auto key = page_key(plan, shown);
    if (auto page = context.pages.find(key)) {
        co_return page;
    }
    if (!takes_long(plan, shown)) {
        co_return find_or_make(context, settings, plan, shown, std::move(key));
    }
    auto make = [&]() -> asio::awaitable<std::shared_ptr<const ReadyPage>> {
        co_return find_or_make(context, settings, plan, shown, std::move(key));
    };
    co_return co_await asio::co_spawn(context.backstage, std::move(make), asio::use_awaitable);
}

asio::awaitable<Response> answer(ApiContext& context, const ApiSettings& settings, const Request& request,
                                 const PagePlan& plan, Supplied supplied, const RecentAnswers::Basis& basis)
{
    const Instant now = context.clock.now();
    const auto shown = show_sources(plan, now);
    if (const auto problem = refuse_states(shown, plan.request.on_partial, now)) {
        co_return problem_response(*problem, request);
    }
    auto page = co_await get_page(context, settings, plan, shown);
    const RecentAnswers::Answer out{std::move(page),
                                    std::make_shared<const std::string>(timing_head(shown, supplied, now))};
    if (const auto lasts = repeatable_for(shown, now); lasts && supplied == Supplied::at_hand && is_plain(request)) {
        context.recent.insert(request.query, request.caller->visibility, basis, request.received + *lasts, out);
    }
    co_return respond(request, out);
}

} // namespace

std::optional<Response> list_images_at_hand(ApiContext& context, const Request& request)
{
    if (!is_plain(request)) {
        return std::nullopt;
    }
    const auto found =
        context.recent.find(request.query, request.caller->visibility, present_basis(context), request.received);
    return found ? std::optional(respond(request, *found)) : std::nullopt;
}

asio::awaitable<Response> list_images(ApiContext& context, const Request& request)
{
    const auto basis = present_basis(context); // before anything that it stands for is read
    const auto settings = context.settings.get();
    auto parsed = read_request(context, *settings, request);
    if (!parsed) {
        co_return problem_response(parsed.error(), request);
    }
    auto plan = make_plan(context, *settings, std::move(*parsed), request.caller);
    if (!plan) {
        co_return problem_response(plan.error(), request);
    }
    const auto supplied = co_await choose_catalog(context, *plan, request);
    if (supplied == Supplied::not_cached) {
        const Problem problem{.code = "not_cached", .detail = "The answer would need a call to a cloud."};
        co_return problem_response(problem, request);
    }
    auto response = co_await answer(context, *settings, request, *plan, supplied, basis);
    co_return response;
}

} // namespace polyglance
