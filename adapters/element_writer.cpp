#include "adapters/element_writer.hpp"

#include <algorithm>

#include "adapters/scalars.hpp"
#include "model/json/write.hpp"

namespace polyglance::wire {

ElementWriter::ElementWriter(std::string& out, const std::vector<Property>& properties, std::string_view prefix)
    : out_(out), properties_(properties), prefix_(prefix)
{
    out_ += '{';
}

bool ElementWriter::taken(std::string_view name) const
{
    return std::any_of(properties_.begin(), properties_.end(), [&](const Property& property) {
        const std::string_view key = property.key;
        return key.size() == prefix_.size() + name.size() && key.starts_with(prefix_) && key.ends_with(name);
    });
}

std::string_view ElementWriter::first_free(std::initializer_list<std::string_view> names) const
{
    const auto* const free = std::find_if(names.begin(), names.end(), [this](auto name) { return !taken(name); });
    return free == names.end() ? *(names.end() - 1) : *free;
}

bool ElementWriter::begin(std::string_view name, bool present)
{
    if (!present || taken(name)) {
        return false;
    }
    json::append_key(out_, name);
    return true;
}

void ElementWriter::text(std::string_view name, std::optional<std::string_view> value)
{
    if (begin(name, value.has_value())) {
        json::append_quoted(out_, *value);
    }
}

void ElementWriter::text_or_null(std::string_view name, std::optional<std::string_view> value)
{
    if (value) {
        text(name, value);
    } else {
        raw(name, "null");
    }
}

void ElementWriter::number(std::string_view name, std::optional<std::int64_t> value)
{
    if (begin(name, value.has_value())) {
        out_ += std::to_string(*value);
    }
}

void ElementWriter::number_or_null(std::string_view name, std::optional<std::int64_t> value)
{
    if (value) {
        number(name, value);
    } else {
        raw(name, "null");
    }
}

void ElementWriter::boolean(std::string_view name, std::optional<bool> value)
{
    if (begin(name, value.has_value())) {
        out_ += *value ? "true" : "false";
    }
}

void ElementWriter::time(std::string_view name, std::optional<Instant> value)
{
    if (begin(name, value.has_value())) {
        json::append_quoted(out_, format_seconds(*value));
    }
}

void ElementWriter::texts(std::string_view name, const std::optional<std::vector<std::string>>& values)
{
    if (!begin(name, values.has_value())) {
        return;
    }
    out_ += '[';
    for (const auto& value : *values) {
        out_ += &value == values->data() ? "" : ",";
        json::append_quoted(out_, value);
    }
    out_ += ']';
}

void ElementWriter::raw(std::string_view name, std::string_view json)
{
    if (begin(name, true)) {
        out_ += json;
    }
}

void ElementWriter::property(const Property& property)
{
    json::append_key(out_, std::string_view(property.key).substr(prefix_.size()));
    out_ += property.json;
}

void ElementWriter::properties()
{
    for (const Property& each : properties_) {
        if (each.key.starts_with(prefix_)) {
            property(each);
        }
    }
}

void ElementWriter::close()
{
    out_ += '}';
}

bool is_inferred(const Image& image, std::string_view field)
{
    return std::find(image.inferred.begin(), image.inferred.end(), field) != image.inferred.end();
}

} // namespace polyglance::wire
