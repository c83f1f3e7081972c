#include "adapters/glance/schema.hpp"

#include <initializer_list>
#include <optional>

#include "model/json/tape.hpp"

namespace polyglance::glance {
namespace {

using json::Kind;
using json::Value;

std::optional<Value> find_path(Value value, std::initializer_list<std::string_view> names)
{
    std::optional<Value> at = value;
    for (const auto name : names) {
        at = at ? at->find(name) : std::nullopt;
    }
    return at;
}

/// The words of an enumeration. Its list may hold null: the member may then be null, which is no word.
std::vector<std::string> words_of(Value members, std::string_view member)
{
    std::vector<std::string> words;
    const auto list = find_path(members, {member, "enum"});
    if (!list || !list->is(Kind::array)) {
        return words;
    }
    for (const Value word : *list) {
        if (word.is(Kind::string)) {
            words.emplace_back(word.text());
        }
    }
    return words;
}

std::vector<std::string> custom_of(Value members)
{
    std::vector<std::string> names;
    for (const Value member : members) {
        const auto base = member.find("is_base");
        if (base && base->is(Kind::boolean) && base->text() == "false") {
            names.emplace_back(member.key());
        }
    }
    return names;
}

} // namespace

Flavour read_schema(std::string_view body)
{
    Flavour flavour;
    const auto document = json::Tape::parse(body);
    if (!document || document->empty()) {
        return flavour;
    }
    const auto members = find_path(document->root(), {"properties", "images", "items", "properties"});
    if (!members || !members->is(Kind::object)) {
        return flavour;
    }
    flavour.statuses = words_of(*members, "status");
    flavour.visibilities = words_of(*members, "visibility");
    flavour.disk_formats = words_of(*members, "disk_format");
    flavour.container_formats = words_of(*members, "container_format");
    flavour.custom_properties = custom_of(*members);
    // Images shared between projects got a word of their own after the release that Huawei forked.
    flavour.dialect = flavour.visibilities.size() == 2 ? Dialect::huawei : Dialect::openstack;
    return flavour;
}

std::string encode_schema()
{
    return R"({"name":"images","properties":{"images":{"type":"array","items":{"name":"image","properties":{)"
           R"("id":{"type":"string"},"name":{"type":["null","string"],"maxLength":255},)"
           R"("status":{"type":"string","readOnly":true,"enum":["queued","saving","active","killed","deleted",)"
           R"("uploading","importing","pending_delete","deactivated"]},)"
           R"("visibility":{"type":"string","enum":["community","public","private","shared"]},)"
           R"("protected":{"type":"boolean"},"os_hidden":{"type":"boolean"},)"
           R"("checksum":{"type":["null","string"],"readOnly":true,"maxLength":32},)"
           R"("os_hash_algo":{"type":["null","string"],"readOnly":true,"maxLength":64},)"
           R"("os_hash_value":{"type":["null","string"],"readOnly":true,"maxLength":128},)"
           R"("owner":{"type":["null","string"],"maxLength":255},)"
           R"("size":{"type":["null","integer"],"readOnly":true},)"
           R"("virtual_size":{"type":["null","integer"],"readOnly":true},)"
           R"("container_format":{"type":["null","string"],"enum":[null,"ami","ari","aki","bare","ovf","ova",)"
           R"("docker","compressed"]},)"
           R"("disk_format":{"type":["null","string"],"enum":[null,"ami","ari","aki","vhd","vhdx","vmdk","raw",)"
           R"("qcow2","vdi","iso","ploop"]},)"
           R"("created_at":{"type":"string","readOnly":true},"updated_at":{"type":"string","readOnly":true},)"
           R"("tags":{"type":"array","items":{"type":"string","maxLength":255}},)"
           R"("min_ram":{"type":"integer"},"min_disk":{"type":"integer"},)"
           R"("self":{"type":"string","readOnly":true},"file":{"type":"string","readOnly":true},)"
           R"("schema":{"type":"string","readOnly":true},)"
           R"("architecture":{"type":"string","is_base":false},"os_distro":{"type":"string","is_base":false},)"
           R"("os_version":{"type":"string","is_base":false},"description":{"type":"string","is_base":false},)"
           R"("instance_uuid":{"type":"string","is_base":false}},)"
           R"("additionalProperties":{"type":"string"},)"
           R"("links":[{"rel":"self","href":"{self}"},{"rel":"enclosure","href":"{file}"},)"
           R"({"rel":"describedby","href":"{schema}"}]}},)"
           R"("first":{"type":"string"},"next":{"type":"string"},"schema":{"type":"string"}},)"
           R"("links":[{"rel":"first","href":"{first}"},{"rel":"next","href":"{next}"},)"
           R"({"rel":"describedby","href":"{schema}"}]})";
}

} // namespace polyglance::glance
