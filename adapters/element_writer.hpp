#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/image.hpp"

namespace polyglance::wire {

/// Writes one object of the wire. A member without a value is left out, and so is one that the image's properties bring
/// along: what a backend sent and we could not read goes back as it came.
class ElementWriter {
public:
    /// Opens the object. `prefix`: only properties whose key begins with it belong to this object, under the rest of
    /// their key.
    ElementWriter(std::string& out, const std::vector<Property>& properties, std::string_view prefix = {});

    /// True when the properties bring a member of this name along.
    bool taken(std::string_view name) const;
    /// The first of several spellings that is not taken; the last when all are.
    std::string_view first_free(std::initializer_list<std::string_view> names) const;

    void text(std::string_view name, std::optional<std::string_view> value);
    void text_or_null(std::string_view name, std::optional<std::string_view> value);
    void number(std::string_view name, std::optional<std::int64_t> value);
    void number_or_null(std::string_view name, std::optional<std::int64_t> value);
    void boolean(std::string_view name, std::optional<bool> value);
    /// In the form of `format_seconds`.
    void time(std::string_view name, std::optional<Instant> value);
    void texts(std::string_view name, const std::optional<std::vector<std::string>>& values);
    /// `json` is written as it is.
    void raw(std::string_view name, std::string_view json);

    /// Writes one property back.
    void property(const Property& property);
    /// Writes all properties back.
    void properties();
    void close();

private:
    bool begin(std::string_view name, bool present);

    std::string& out_;
    const std::vector<Property>& properties_;
    std::string_view prefix_;
};

/// True when the image says of itself that it only inferred this field.
bool is_inferred(const Image& image, std::string_view field);

/// `value` unless the image only inferred it: a cloud does not send what it never said.
template <class T>
std::optional<T> stated(const Image& image, std::string_view field, const std::optional<T>& value)
{
    return is_inferred(image, field) ? std::nullopt : value;
}

/// The word of an enumerator, for `ElementWriter::text`.
template <class Enum>
std::optional<std::string_view> word_of(std::optional<Enum> value)
{
    return value ? std::optional(to_string(*value)) : std::nullopt;
}

} // namespace polyglance::wire
