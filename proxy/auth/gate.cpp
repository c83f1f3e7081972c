#include "proxy/auth/gate.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

#include "model/digest.hpp"

namespace polyglance {
namespace {

// Twenty wrong tokens at once, then one every three seconds.
constexpr double failures_per_second = 1.0 / 3;
constexpr double failures_at_once = 20;
constexpr std::size_t burst_seconds = 2; // of the request limit
constexpr std::size_t longest_prefix = 256;

/// The token in `Authorization: Bearer token`; "" for another scheme or none.
std::string_view bearer_token(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    return same_name(authorization.substr(0, scheme.size()), scheme) ? trim(authorization.substr(scheme.size()))
                                                                     : std::string_view{};
}

/// Who shares a bucket: one IPv4 address, or one IPv6 network of 64 bits, since its owner has all addresses of it. A
/// listener on [::] meets IPv4 as ::ffff:a.b.c.d, which would all be one network.
std::string limit_key(const std::string& peer)
{
    namespace ip = boost::asio::ip;
    boost::system::error_code error;
    const auto address = ip::make_address(peer, error);
    if (error || !address.is_v6()) {
        return peer;
    }
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, v6).to_string();
    }
    const auto bytes = v6.to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

std::shared_ptr<const Caller> make_caller(const TokenConfig& token)
{
    auto sources = token.sources;
    std::sort(sources.begin(), sources.end());
    std::string patterns;
    for (const auto& source : sources) {
        patterns += source + '\n';
    }
    return std::make_shared<const Caller>(Caller{.name = token.name,
                                                 .read_images = token.read_images,
                                                 .delete_images = token.delete_images,
                                                 .refresh_sources = token.refresh_sources,
                                                 .sources = token.sources,
                                                 .visibility = to_hex(as_bytes(sha256(patterns))).substr(0, 16)});
}

bool is_path_prefix(std::string_view text)
{
    return text.starts_with('/') && !text.starts_with("//") && text.size() <= longest_prefix &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~") ==
               std::string_view::npos;
}

} // namespace

Gate::Gate(const ServerConfig& server, const FrontAuthConfig& auth)
    : trusted_proxies_(server.trusted_proxies), failures_(failures_per_second, failures_at_once),
      everybody_(std::make_shared<const Caller>(Caller{
          .read_images = true, .delete_images = true, .refresh_sources = true, .sources = {"*"}, .visibility = "all"})),
      nobody_(std::make_shared<const Caller>(Caller{.visibility = "none"}))
{
    if (server.rate_limit > 0) {
        at_once_ = server.rate_limit * burst_seconds;
        requests_.emplace(static_cast<double>(server.rate_limit), static_cast<double>(at_once_));
    }
    set_tokens(auth);
}

void Gate::set_tokens(const FrontAuthConfig& auth)
{
    auto next = std::make_shared<Tokens>();
    next->required = auth.tokens_required;
    for (const auto& token : auth.tokens) {
        next->known.push_back({token.sha256, make_caller(token)});
    }
    const std::lock_guard lock(mutex_);
    tokens_ = std::move(next);
}

bool Gate::is_trusted(std::string_view address) const
{
    return std::any_of(trusted_proxies_.begin(), trusted_proxies_.end(),
                       [&](const Network& network) { return network.contains(address); });
}

void Gate::read_forwarded(Request& request) const
{
    if (trusted_proxies_.empty() || !is_trusted(request.peer)) {
        return;
    }
    // From the right: each trusted hop vouches for the address before it.
    std::string_view rest = request.header_count("X-Forwarded-For") == 1 ? request.header("X-Forwarded-For") : "";
    while (!rest.empty()) {
        const auto comma = rest.rfind(',');
        const auto hop = trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        boost::system::error_code error;
        const auto address = boost::asio::ip::make_address(hop, error);
        if (error) {
            break;
        }
        request.peer = address.to_string();
        if (!is_trusted(request.peer)) {
            break;
        }
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
    }
    auto prefix = request.header("X-Forwarded-Prefix");
    if (is_path_prefix(prefix)) {
        prefix.remove_suffix(prefix.ends_with('/') ? 1 : 0);
        request.prefix = prefix;
    }
}

std::shared_ptr<const Caller> Gate::recognise(const Tokens& tokens, std::string_view token) const
{
    const auto digest = to_hex(as_bytes(sha256(token)));
    std::shared_ptr<const Caller> found;
    for (const auto& known : tokens.known) { // to the end, so that time tells nothing
        if (equal_in_constant_time(known.sha256, digest)) {
            found = known.caller;
        }
    }
    return found;
}

std::optional<Problem> Gate::authenticate(Request& request, Access access)
{
    const auto authorization = request.header("Authorization");
    const auto other = trim(request.header("X-Auth-Token"));
    const auto bearer = bearer_token(authorization);
    if (request.header_count("Authorization") > 1 || request.header_count("X-Auth-Token") > 1 ||
        (!bearer.empty() && !other.empty() && bearer != other)) {
        return Problem{.code = "conflicting_credentials",
                       .detail = "The request carries more than one token, or two different ones."};
    }
    std::shared_ptr<const Tokens> tokens;
    {
        const std::lock_guard lock(mutex_);
        tokens = tokens_;
    }
    request.caller = everybody_;
    if (!tokens->required) {
        return std::nullopt;
    }
    request.caller = nobody_;
    // Who is not known may still ask for what is open to everybody.
    const auto refusal = [access](std::string_view code, std::string_view detail,
                                  std::optional<std::chrono::seconds> wait = {}) {
        return access == Access::open
                   ? std::nullopt
                   : std::optional(
                         Problem{.code = std::string(code), .detail = std::string(detail), .retry_after = wait});
    };
    constexpr std::string_view no_token = "The request needs a valid token.";
    const auto token = bearer.empty() ? other : bearer;
    if (token.empty()) {
        return refusal("unauthenticated", no_token);
    }
    const auto peer = limit_key(request.peer);
    if (const auto wait = failures_.peek(peer, request.received)) {
        return refusal("rate_limited", "Too many wrong tokens came from here.", wait);
    }
    auto caller = recognise(*tokens, token);
    if (!caller) {
        failures_.take(peer, request.received);
        return refusal("unauthenticated", no_token);
    }
    request.caller = std::move(caller);
    if (access == Access::read && !request.caller->read_images) {
        return Problem{.code = "forbidden", .detail = "The token has no scope images:read."};
    }
    return std::nullopt;
}

std::optional<Problem> Gate::admit(Request& request, Access access)
{
    read_forwarded(request);
    if (auto problem = authenticate(request, access)) {
        return problem;
    }
    if (requests_ && access != Access::open) {
        const bool named = request.caller != everybody_ && request.caller != nobody_;
        const auto key = named ? "token " + request.caller->name : limit_key(request.peer);
        const auto taken = requests_->take(key, request.received);
        request.share = {.at_once = at_once_,
                         .window = std::chrono::seconds{burst_seconds},
                         .left = taken.left,
                         .full_in = taken.full_in};
        if (taken.wait) {
            return Problem{
                .code = "rate_limited", .detail = "The caller has used up its share.", .retry_after = taken.wait};
        }
    }
    return std::nullopt;
}

} // namespace polyglance
