#include "tests/cache/random_query.hpp"

#include <rapidcheck.h>

namespace polyglance::test {
namespace {

const std::vector<Field> fields{Field::uid,        Field::provider,     Field::source,        Field::region,
                                Field::native_id,  Field::ecs_image_id, Field::name,          Field::description,
                                Field::status,     Field::visibility,   Field::is_protected,  Field::hidden,
                                Field::owner,      Field::os_family,    Field::os_distro,     Field::os_bits,
                                Field::size_bytes, Field::min_disk_gib, Field::checksum_algo, Field::tag,
                                Field::created_at, Field::firmware};

std::vector<Operator> operators_of(FieldType type)
{
    using enum Operator;
    switch (type) {
    case FieldType::text:
    case FieldType::word:
        return {eq, neq, in, lt, lte, gt, gte, prefix, contains, null};
    case FieldType::integer:
    case FieldType::time:
        return {eq, neq, in, lt, lte, gt, gte, null};
    case FieldType::boolean:
        return {eq, neq, in, null};
    case FieldType::set:
        break;
    }
    return {eq, neq, in, prefix, contains, null};
}

std::vector<std::string> texts_of(Field field)
{
    switch (field) {
    case Field::uid:
        return {"os-a~A1", "os-a~~2", "os-a-b~z3", "hw~中0", "os-a", "HW~ID ", "~", "zz", ""};
    case Field::provider:
        return {"glance", "cloudimages", "nova", "CLOUD"};
    case Field::source:
        return {"os-a", "os-a-b", "hw", "none", "OS"};
    case Field::region:
        return {"RegionOne", "cn", "r", ""};
    case Field::native_id:
        return {"A1", "~2", "z3", "id 4", "中0", "a", "", "5"};
    case Field::ecs_image_id:
        return {"m-1", "m-2", "M", "m-3"};
    case Field::status:
        return {"active", "queued", "unknown", "Ac"};
    case Field::visibility:
        return {"public", "private", "P"};
    case Field::owner:
        return {"a", "b", "A"};
    case Field::os_family:
        return {"linux", "windows", "in"};
    case Field::os_distro:
        return {"ubuntu", "centos", "u"};
    case Field::checksum_algo:
        return {"md5", "sha512", "5"};
    case Field::tag:
        return {"LTS", "lts", "中", "x", "t"};
    default:
        return {"", "ubuntu", "Ubuntu", "centos 7", "中文镜像", "ss", "STRASSE", "e", "zzz", "a server"};
    }
}

FieldValue any_value(Field field)
{
    switch (traits_of(field).type) {
    case FieldType::boolean:
        return *rc::gen::element<std::int64_t>(0, 1);
    case FieldType::integer:
        return *rc::gen::element<std::int64_t>(-2, -1, 0, 1, 2, 3, 32, 64);
    case FieldType::time:
        return parse_timestamp("2024-01-01T00:00:00Z")->time_since_epoch().count() +
               *rc::gen::element<std::int64_t>(-1, 0, 1, 2, 3, 4) * 1'000'000;
    default:
        return *rc::gen::elementOf(texts_of(field));
    }
}

Filter make_filter()
{
    Filter filter;
    filter.field = *rc::gen::elementOf(fields);
    filter.op = *rc::gen::elementOf(operators_of(traits_of(filter.field).type));
    if (filter.op == Operator::null) {
        filter.values = {*rc::gen::element<std::int64_t>(0, 1)};
        return filter;
    }
    const int values = filter.op == Operator::in ? *rc::gen::element(1, 2, 3) : 1;
    for (int i = 0; i < values; ++i) {
        filter.values.push_back(any_value(filter.field));
    }
    return filter;
}

SortSpec make_sort()
{
    SortSpec sort;
    sort.keys.clear();
    for (int i = *rc::gen::element(0, 1, 2, 3); i > 0; --i) {
        const Field field = *rc::gen::elementOf(fields);
        if (field != Field::tag) {
            sort.keys.push_back({.field = field, .descending = *rc::gen::arbitrary<bool>()});
        }
    }
    sort.exact_reverse = *rc::gen::arbitrary<bool>();
    sort.uid_descending = *rc::gen::arbitrary<bool>();
    return sort;
}

Query make_query()
{
    Query query;
    for (int i = *rc::gen::element(0, 0, 1, 1, 1, 2, 3); i > 0; --i) {
        query.filters.push_back(make_filter());
    }
    if (*rc::gen::element(0, 1, 2, 3, 4) == 0) {
        query.words = *rc::gen::resize(2, rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                                              "UBU", "中", "ss", "lts", "1", "none such")));
    }
    query.sort = make_sort();
    query.unknown = *rc::gen::element(UnknownPolicy::exclude, UnknownPolicy::include);
    return query;
}

} // namespace

rc::Gen<Filter> any_filter()
{
    return rc::gen::exec(make_filter);
}

rc::Gen<SortSpec> any_sort()
{
    return rc::gen::exec(make_sort);
}

rc::Gen<Query> any_query()
{
    return rc::gen::exec(make_query);
}

} // namespace polyglance::test
