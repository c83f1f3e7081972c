#include "cache/record.hpp"

#include <charconv>

#include "cache/image_view.hpp"
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
    /// `key`: with its quotes, its colon and the comma before it. The members of the schema always stand in the same
    /// order, so that they need no thought.
    Writer& key(std::string_view key)
    {
        out_ += key;
        first_ = false;
        return *this;
    }
    Writer& foreign_key(std::string_view name)
    {
        separate();
        json::append_quoted(out_, name);
        out_ += ':';
        return *this;
    }

    void text(std::string_view text) { json::append_quoted(out_, text); }
    void number(std::int64_t number)
    {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        out_.append(digits, end);
    }
    void truth(bool truth) { raw(truth ? "true" : "false"); }
    void raw(std::string_view json_text) { out_ += json_text; }
    /// A value of a field of that type.
    void value(const FieldView& value, FieldType type)
    {
        if (const auto* const content = std::get_if<std::string_view>(&value)) {
            text(*content);
            return;
        }
        const auto* const content = std::get_if<std::int64_t>(&value);
        if (content == nullptr) {
            raw("null");
        } else if (type == FieldType::boolean) {
            truth(*content != 0);
        } else if (type == FieldType::time) {
            out_.append(1, '"').append(format_timestamp(Instant(std::chrono::microseconds(*content)))).append(1, '"');
        } else {
            number(*content);
        }
    }
    void member(const ImageView& image, Field field, std::string_view name)
    {
        key(name).value(image[field], traits_of(field).type);
    }
    void texts(std::string_view name, const std::vector<std::string_view>& list)
    {
        key(name).open('[');
        for (const auto each : list) {
            separate();
            text(each);
        }
        close(']');
    }

private:
    std::string& out_;
    bool first_ = true;
};

void write_identity(Writer& out, const SourceIdentity& identity, const ImageView& image)
{
    out.key(R"("uid":)").text(make_uid(identity.source, image.native_id()));
    out.key(R"(,"provider":)").text(to_string(identity.provider));
    out.key(R"(,"source":)").text(identity.source);
    out.key(R"(,"region":)")
        .value(identity.region ? FieldView(std::string_view(*identity.region)) : FieldView(), FieldType::text);
    out.key(R"(,"native_id":)").text(image.native_id());
    out.key(R"(,"alt_ids":)").open('{');
    for (const auto& [kind, id] : image.alt_ids) {
        out.foreign_key(kind).text(id);
    }
    out.close('}');
}

void write_os(Writer& out, const ImageView& image)
{
    out.key(R"(,"os":)").open('{');
    out.member(image, Field::os_family, R"("family":)");
    out.member(image, Field::os_distro, R"(,"distro":)");
    out.member(image, Field::os_version, R"(,"version":)");
    out.member(image, Field::os_name_raw, R"(,"name_raw":)");
    out.member(image, Field::os_bits, R"(,"bits":)");
    out.close('}');
}

void write_checksum(Writer& out, const ImageView& image)
{
    out.key(R"(,"checksum":)");
    if (image[Field::checksum_algo].index() == 0) {
        out.raw("null");
        return;
    }
    out.open('{');
    out.member(image, Field::checksum_algo, R"("algo":)");
    out.member(image, Field::checksum_value, R"(,"value":)");
    out.close('}');
}

void write_basic(Writer& out, const ImageView& image)
{
    out.member(image, Field::name, R"(,"name":)");
    out.member(image, Field::description, R"(,"description":)");
    out.member(image, Field::status, R"(,"status":)");
    out.member(image, Field::status_raw, R"(,"status_raw":)");
    out.member(image, Field::visibility, R"(,"visibility":)");
    out.member(image, Field::origin, R"(,"origin":)");
    out.member(image, Field::artifact, R"(,"artifact":)");
    out.member(image, Field::registered, R"(,"registered":)");
    out.member(image, Field::is_protected, R"(,"protected":)");
    out.member(image, Field::owner, R"(,"owner":)");
    write_os(out, image);
    out.member(image, Field::architecture, R"(,"architecture":)");
    out.member(image, Field::size_bytes, R"(,"size_bytes":)");
    out.member(image, Field::virtual_size_bytes, R"(,"virtual_size_bytes":)");
    out.member(image, Field::min_disk_gib, R"(,"min_disk_gib":)");
    out.member(image, Field::min_ram_mib, R"(,"min_ram_mib":)");
    out.member(image, Field::max_ram_mib, R"(,"max_ram_mib":)");
    out.member(image, Field::disk_format, R"(,"disk_format":)");
    out.member(image, Field::container_format, R"(,"container_format":)");
    write_checksum(out, image);
    out.member(image, Field::firmware, R"(,"firmware":)");
    image.has_tags ? out.texts(R"(,"tags":)", image.tags) : out.key(R"(,"tags":)").raw("null");
    out.member(image, Field::created_at, R"(,"created_at":)");
    out.member(image, Field::updated_at, R"(,"updated_at":)");
    out.member(image, Field::deleted_at, R"(,"deleted_at":)");
    out.member(image, Field::source_server_id, R"(,"source_server_id":)");
    out.member(image, Field::parent_image_id, R"(,"parent_image_id":)");
    out.member(image, Field::backup_id, R"(,"backup_id":)");
    if (image[Field::hidden] == FieldView(std::int64_t{1})) {
        out.member(image, Field::hidden, R"(,"hidden":)");
    }
    if (!image.inferred.empty()) {
        out.texts(R"(,"inferred":)", image.inferred);
    }
}

void write_capabilities(Writer& out, const ImageView& image)
{
    out.key(R"(,"capabilities":)");
    if (!image.has_capabilities) {
        out.raw("null");
        return;
    }
    out.open('{');
    for (const auto& [name, content] : image.capabilities) {
        out.foreign_key(name).value(content, FieldType::boolean);
    }
    out.close('}');
}

void write_rest(Writer& out, const ImageView& image)
{
    write_capabilities(out, image);
    out.key(R"(,"links":)").open('[');
    for (const auto& link : image.links) {
        out.separate();
        out.open('{');
        out.key(R"("rel":)").text(link.rel);
        out.key(R"(,"href":)").text(link.href);
        if (link.type) {
            out.key(R"(,"type":)").text(*link.type);
        }
        out.close('}');
    }
    out.close(']');
    out.key(R"(,"properties":)").open('{');
    for (const auto& [name, json] : image.properties) {
        out.foreign_key(name).raw(json);
    }
    out.close('}');
}

} // namespace

std::size_t append_record(std::string& out, const SourceIdentity& identity, const ImageView& image)
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
