#include "config/address.hpp"
#include "config/parts.hpp"

namespace polyglance::config {
namespace {

using namespace std::chrono_literals;

bool is_any(const std::string& host)
{
    return host == "0.0.0.0" || host == "::";
}

/// Two listeners that would take each other's connections. The system would not complain: the front's sockets share
/// their ports on purpose.
bool collide(const ListenAddress& a, const ListenAddress& b)
{
    const bool same_family = a.host.contains(':') == b.host.contains(':');
    return a.port != 0 && a.port == b.port && (a.host == b.host || (same_family && (is_any(a.host) || is_any(b.host))));
}

std::optional<ListenAddress> read_listen(const Place& place, Reading& reading)
{
    const auto text = entry_text(place, reading, "an address and a port such as 127.0.0.1:8080");
    if (!text) {
        return std::nullopt;
    }
    std::string error;
    auto address = parse_listen(*text, error);
    if (!address) {
        reading.problem(place.node->where, place.pointer, error);
    }
    return address;
}

void read_listeners(Section& section, ServerConfig& out)
{
    const auto places = section.list("listen", Section::Lone::allowed);
    if (section.has("listen")) {
        out.listen.clear();
    }
    for (const auto& place : places) {
        const auto address = read_listen(place, section.reading());
        for (const auto& other : out.listen) {
            if (address && collide(*address, other)) {
                section.reading().problem(place.node->where, place.pointer, "takes the port of another listener");
            }
        }
        if (address) {
            out.listen.push_back(*address);
        }
    }
    if (places.empty() && section.has("listen")) {
        section.problem("listen", "must name at least one address");
    }
}

void read_admin(Section& section, ServerConfig& out)
{
    std::string text;
    if (section.text("admin", text)) {
        std::string error;
        out.admin = text.empty() ? std::nullopt : parse_listen(text, error);
        if (!error.empty()) {
            section.problem("admin", error);
        }
    }
    for (const auto& data : out.listen) {
        if (out.admin && collide(*out.admin, data)) {
            section.problem("admin", "takes the port of a listener for data");
        }
    }
}

void read_tls(Section section, std::optional<ServerTlsConfig>& out)
{
    if (!section.present()) {
        return;
    }
    ServerTlsConfig tls;
    section.require("certificate", "a PEM file with the certificate and its chain");
    section.require("key", "a PEM file with the private key");
    section.certificate_files("certificate", tls.certificate, "key", tls.key);
    section.finish();
    if (section.sound()) {
        out = std::move(tls);
    }
}

void read_trusted_proxies(Section& section, std::vector<Network>& out)
{
    for (const auto& place : section.list("trusted_proxies", Section::Lone::allowed)) {
        const auto text = entry_text(place, section.reading(), "an address range such as 10.0.0.0/8");
        std::string error;
        const auto network = text ? parse_network(*text, error) : std::nullopt;
        if (network) {
            out.push_back(*network);
        } else if (text) {
            section.reading().problem(place.node->where, place.pointer, error);
        }
    }
}

} // namespace

std::optional<ListenAddress> parse_listen(std::string_view text, std::string& error)
{
    if ((text.starts_with(':') && !text.starts_with("::")) || text.starts_with('*')) {
        error = "must start with an address; 0.0.0.0 or [::] stands for all";
        return std::nullopt;
    }
    const auto where = split_host_port(text, error);
    if (!where) {
        return std::nullopt;
    }
    if (!is_ipv4(where->host) && !is_ipv6(where->host)) {
        error = "must be an address and a port such as 127.0.0.1:8080, not a name";
        return std::nullopt;
    }
    if (!where->port) {
        error = "must end in a port such as :8080; 0 takes any free one";
        return std::nullopt;
    }
    return ListenAddress{where->host, *where->port};
}

void read_server(Section section, ServerConfig& out)
{
    read_listeners(section, out);
    read_admin(section, out);
    section.count("threads", out.threads, 0U, 256U);
    section.duration("header_timeout", out.header_timeout, 1ms, 10min);
    section.duration("idle_timeout", out.idle_timeout, 1ms, 1h);
    section.duration("write_timeout", out.write_timeout, 1ms, 1h);
    section.count<std::size_t>("max_connections", out.max_connections, 1, 1'000'000);
    section.duration("drain_delay", out.drain_delay, 0ms, 10min);
    section.duration("drain_timeout", out.drain_timeout, 1ms, 1h);
    section.count<std::size_t>("rate_limit", out.rate_limit, 0, 1'000'000);
    section.size("memory_limit", out.memory_limit, 1UL << 20, 1UL << 50);
    section.name("user", out.user);
    read_tls(section.section("tls"), out.tls);
    read_trusted_proxies(section, out.trusted_proxies);
    section.finish();
}

} // namespace polyglance::config
