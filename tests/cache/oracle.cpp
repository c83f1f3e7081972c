#include "tests/cache/oracle.hpp"

#include <algorithm>

namespace polyglance::test {
namespace {

FieldValue text(const std::optional<std::string>& value)
{
    return value ? FieldValue(*value) : FieldValue();
}

template <class Enum>
FieldValue word(const std::optional<Enum>& value)
{
    return value ? FieldValue(std::string(to_string(*value))) : FieldValue();
}

template <class Number>
FieldValue number(const std::optional<Number>& value)
{
    return value ? FieldValue(std::int64_t{*value}) : FieldValue();
}

FieldValue time(const std::optional<Instant>& value)
{
    return value ? FieldValue(std::int64_t{value->time_since_epoch().count()}) : FieldValue();
}

FieldValue ecs_image_id(const Image& image)
{
    for (const auto& [key, id] : image.alt_ids) {
        if (key == "ecs_image_id") {
            return id;
        }
    }
    return {};
}

FieldValue value_of(const SourceInfo& info, const Image& image, Field field)
{
    switch (field) {
    case Field::uid:
        return info.id + "~" + image.native_id;
    case Field::provider:
        return std::string(to_string(info.provider));
    case Field::source:
        return info.id;
    case Field::region:
        return text(info.region);
    case Field::native_id:
        return image.native_id;
    case Field::ecs_image_id:
        return ecs_image_id(image);
    case Field::name:
        return text(image.name);
    case Field::description:
        return text(image.description);
    case Field::status:
        return word(image.status);
    case Field::status_raw:
        return text(image.status_raw);
    case Field::visibility:
        return word(image.visibility);
    case Field::origin:
        return word(image.origin);
    case Field::artifact:
        return word(image.artifact);
    case Field::registered:
        return number(image.registered);
    case Field::is_protected:
        return number(image.is_protected);
    case Field::hidden:
        return std::int64_t{image.hidden == true};
    case Field::owner:
        return text(image.owner);
    case Field::os_family:
        return word(image.os.family);
    case Field::os_distro:
        return text(image.os.distro);
    case Field::os_version:
        return text(image.os.version);
    case Field::os_name_raw:
        return text(image.os.name_raw);
    case Field::os_bits:
        return number(image.os.bits);
    case Field::architecture:
        return word(image.architecture);
    case Field::size_bytes:
        return number(image.size_bytes);
    case Field::virtual_size_bytes:
        return number(image.virtual_size_bytes);
    case Field::min_disk_gib:
        return number(image.min_disk_gib);
    case Field::min_ram_mib:
        return number(image.min_ram_mib);
    case Field::max_ram_mib:
        return number(image.max_ram_mib);
    case Field::disk_format:
        return text(image.disk_format);
    case Field::container_format:
        return text(image.container_format);
    case Field::checksum_algo:
        return image.checksum ? FieldValue(image.checksum->algo) : FieldValue();
    case Field::checksum_value:
        return image.checksum ? FieldValue(image.checksum->value) : FieldValue();
    case Field::firmware:
        return text(image.firmware);
    case Field::created_at:
        return time(image.created_at);
    case Field::updated_at:
        return time(image.updated_at);
    case Field::deleted_at:
        return time(image.deleted_at);
    case Field::source_server_id:
        return text(image.source_server_id);
    case Field::parent_image_id:
        return text(image.parent_image_id);
    case Field::backup_id:
        return text(image.backup_id);
    case Field::tag:
    case Field::count_:
        break;
    }
    return {};
}

bool compares(const FieldValue& value, Operator op, const FieldValue& wanted)
{
    const auto folded = [](const FieldValue& v) { return fold_case(std::get<std::string>(v)); };
    switch (op) {
    case Operator::eq:
    case Operator::in:
        return value == wanted;
    case Operator::neq:
        return value != wanted;
    case Operator::lt:
        return value < wanted;
    case Operator::lte:
        return !(wanted < value);
    case Operator::gt:
        return wanted < value;
    case Operator::gte:
        return !(value < wanted);
    case Operator::prefix:
        return folded(value).substr(0, folded(wanted).size()) == folded(wanted);
    case Operator::contains:
        return folded(value).find(folded(wanted)) != std::string::npos;
    case Operator::null:
        break;
    }
    return false;
}

bool compares_with_any(const FieldValue& value, const Filter& filter)
{
    for (const auto& wanted : filter.values) {
        if (compares(value, filter.op, wanted)) {
            return true;
        }
    }
    return false;
}

bool tags_pass(const Image& image, const Filter& filter)
{
    if (filter.op == Operator::null) {
        return image.tags.has_value() == (filter.values[0] == FieldValue(std::int64_t{0}));
    }
    if (!image.tags) {
        return false;
    }
    if (filter.op == Operator::neq) {
        return std::ranges::all_of(*image.tags, [&](const auto& tag) { return FieldValue(tag) != filter.values[0]; });
    }
    return std::ranges::any_of(*image.tags, [&](const auto& tag) { return compares_with_any(tag, filter); });
}

bool told_by(const SourceInfo& info, Field field)
{
    for (const Field always : {Field::uid, Field::provider, Field::source, Field::region, Field::native_id}) {
        if (field == always) {
            return true;
        }
    }
    return std::ranges::count(info.provides, std::string(traits_of(field).member)) > 0;
}

bool passes(const SourceInfo& info, const Image& image, const Filter& filter, UnknownPolicy unknown)
{
    if (filter.op != Operator::null && !told_by(info, filter.field)) {
        return unknown == UnknownPolicy::include;
    }
    if (filter.field == Field::tag) {
        return tags_pass(image, filter);
    }
    const auto value = value_of(info, image, filter.field);
    if (filter.op == Operator::null) {
        return (value == FieldValue()) == (filter.values[0] == FieldValue(std::int64_t{1}));
    }
    return value != FieldValue() && compares_with_any(value, filter);
}

bool has_word(const Image& image, const std::string& word)
{
    std::vector<std::string> texts{image.native_id};
    for (const auto& each : {image.name, image.description, image.os.distro, image.os.version, image.os.name_raw}) {
        if (each) {
            texts.push_back(*each);
        }
    }
    if (image.os.family) {
        texts.emplace_back(to_string(*image.os.family));
    }
    if (image.tags) {
        texts.insert(texts.end(), image.tags->begin(), image.tags->end());
    }
    return std::ranges::any_of(
        texts, [&](const auto& each) { return fold_case(each).find(fold_case(word)) != std::string::npos; });
}

bool matches(const SourceInfo& info, const Image& image, const Query& query)
{
    return std::ranges::all_of(query.filters,
                               [&](const auto& filter) { return passes(info, image, filter, query.unknown); }) &&
           std::ranges::all_of(query.words, [&](const auto& word) { return has_word(image, word); });
}

struct Row {
    const SourceInfo* info;
    const Image* image;
    std::string uid;
};

/// -1, 0 or 1.
int compare_by(const FieldValue& a, const FieldValue& b, const SortKey& key, bool exact_reverse)
{
    const FieldValue null;
    if (a == b) {
        return 0;
    }
    if (a == null || b == null) {
        const int nulls_last = a == null ? 1 : -1;
        return key.descending && exact_reverse ? -nulls_last : nulls_last;
    }
    const int ascending = a < b ? -1 : 1;
    return key.descending ? -ascending : ascending;
}

bool stands_before(const Row& a, const Row& b, const SortSpec& sort)
{
    for (const auto& key : sort.keys) {
        const int order = compare_by(value_of(*a.info, *a.image, key.field), value_of(*b.info, *b.image, key.field),
                                     key, sort.exact_reverse);
        if (order != 0) {
            return order < 0;
        }
    }
    return sort.uid_descending ? b.uid < a.uid : a.uid < b.uid;
}

} // namespace

PlainAnswer answer(const std::vector<PlainSource>& sources, const Query& query)
{
    PlainAnswer out;
    std::vector<Row> rows;
    for (const auto& source : sources) {
        out.matched.push_back(0);
        for (const auto& image : source.images) {
            if (matches(source.info, image, query)) {
                ++out.matched.back();
                rows.push_back({&source.info, &image, source.info.id + "~" + image.native_id});
            }
        }
    }
    std::ranges::sort(rows, [&](const Row& a, const Row& b) { return stands_before(a, b, query.sort); });
    for (const auto& row : rows) {
        out.uids.push_back(row.uid);
    }
    return out;
}

} // namespace polyglance::test
