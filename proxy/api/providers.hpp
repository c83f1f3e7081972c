#pragma once

#include <string_view>
#include <vector>

#include "cache/fields.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// The operators that a filter on this field takes, as the parser itself judges them.
std::vector<std::string_view> operators_of(Field field);

/// GET /v1/providers: what each kind of cloud can tell and do.
Response list_providers(const Request& request);
/// GET /v1/providers/{kind}
Response get_provider(const Request& request);

} // namespace polyglance
