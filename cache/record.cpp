#include "cache/record.hpp"

#include <charconv>
#include <type_traits>

#include "model/json/write.hpp"

namespace polyglance {
namespace {

/// Writes members and elements with their commas. Schema names need no escaping, so they are not looked at.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void open(char bracket)
    {
        out_ += bracket;
        first_ = true;
    }
    void close(char bracket)
    {
        out_ += bracket;
        first_ = false;
    }
    void separate()
    {
        if (!first_) {
            out_ += ',';
        }
        first_ = false;
    }
    Writer& key(std::string_view schema_name)
    {
        separate();
        out_.append(1, '"').append(schema_name).append("\":");
        return *this;
    }
    Writer& foreign_key(std::string_view name)
    {
        separate();
        json::append_quoted(out_, name);
        out_ += ':';
        return *this;
    }

    void value(std::string_view text) { json::append_quoted(out_, text); }
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(bool truth) { out_ += truth ? "true" : "false"; }
    void value(Instant instant) { value(std::string_view(format_timestamp(instant))); }
    void value(std::int64_t number)
    {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        out_.append(digits, end);
    }
    void value(int number) { value(std::int64_t{number}); }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void value(Enum word)
    {
        value(to_string(word));
    }
    template <class T>
    void value(const std::optional<T>& maybe)
    {
        maybe ? value(*maybe) : raw("null");
    }
    void raw(std::string_view json_text) { out_ += json_text; }

    template <class T>
    void member(std::string_view name, const T& content)
    {
        key(name).value(content);
    }
    void texts(std::string_view name, const std::vector<std::string>& list)
    {
        key(name).open('[');
        for (const auto& text : list) {
            separate();
            value(text);
        }
        close(']');
    }

private:
    std::string& out_;
    bool first_ = true;
};

void write_identity(Writer& out, const SourceIdentity& identity, const Image& image)
{
    out.member("uid", make_uid(identity.source, image.native_id));
    out.member("provider", identity.provider);
    out.member("source", identity.source);
    out.member("region", identity.region);
    out.member("native_id", image.native_id);
    out.key("alt_ids").open('{');
    for (const auto& [kind, id] : image.alt_ids) {
        out.foreign_key(kind).value(id);
    }
    out.close('}');
}

void write_os(Writer& out, const OsInfo& os)
{
    out.key("os").open('{');
    out.member("family", os.family);
    out.member("distro", os.distro);
    out.member("version", os.version);
    out.member("name_raw", os.name_raw);
    out.member("bits", os.bits);
    out.close('}');
}

void write_checksum(Writer& out, const std::optional<Checksum>& checksum)
{
    out.key("checksum");
    if (!checksum) {
        out.raw("null");
        return;
    }
    out.open('{');
    out.member("algo", checksum->algo);
    out.member("value", checksum->value);
    out.close('}');
}

void write_basic(Writer& out, const Image& image)
{
    out.member("name", image.name);
    out.member("description", image.description);
    out.member("status", image.status);
    out.member("status_raw", image.status_raw);
    out.member("visibility", image.visibility);
    out.member("origin", image.origin);
    out.member("artifact", image.artifact);
    out.member("registered", image.registered);
    out.member("protected", image.is_protected);
    out.member("owner", image.owner);
    write_os(out, image.os);
    out.member("architecture", image.architecture);
    out.member("size_bytes", image.size_bytes);
    out.member("virtual_size_bytes", image.virtual_size_bytes);
    out.member("min_disk_gib", image.min_disk_gib);
    out.member("min_ram_mib", image.min_ram_mib);
    out.member("max_ram_mib", image.max_ram_mib);
    out.member("disk_format", image.disk_format);
    out.member("container_format", image.container_format);
    write_checksum(out, image.checksum);
    out.member("firmware", image.firmware);
    image.tags ? out.texts("tags", *image.tags) : out.key("tags").raw("null");
    out.member("created_at", image.created_at);
    out.member("updated_at", image.updated_at);
    out.member("deleted_at", image.deleted_at);
    out.member("source_server_id", image.source_server_id);
    out.member("parent_image_id", image.parent_image_id);
    out.member("backup_id", image.backup_id);
    if (image.hidden.value_or(false)) {
        out.member("hidden", true);
    }
    if (!image.inferred.empty()) {
        out.texts("inferred", image.inferred);
    }
}

void write_capabilities(Writer& out, const std::optional<Capabilities>& capabilities)
{
    out.key("capabilities");
    if (!capabilities) {
        out.raw("null");
        return;
    }
    out.open('{');
    for (const auto& [name, content] : *capabilities) {
        out.foreign_key(name);
        std::visit([&](const auto& alternative) { out.value(alternative); }, content);
    }
    out.close('}');
}

void write_rest(Writer& out, const Image& image)
{
    write_capabilities(out, image.capabilities);
    out.key("links").open('[');
    for (const auto& link : image.links) {
        out.separate();
        out.open('{');
        out.member("rel", link.rel);
        out.member("href", link.href);
        if (link.type) {
            out.member("type", *link.type);
        }
        out.close('}');
    }
    out.close(']');
    out.key("properties").open('{');
    for (const auto& property : image.properties) {
        out.foreign_key(property.key).raw(property.json);
    }
    out.close('}');
}

} // namespace

std::size_t append_record(std::string& out, const SourceIdentity& identity, const Image& image)
{
    const auto start = out.size();
    Writer writer(out);
    writer.open('{');
    write_identity(writer, identity, image);
    write_basic(writer, image);
    const auto basic = out.size() - start;
    write_rest(writer, image);
    writer.close('}');
    return basic;
}

} // namespace polyglance
