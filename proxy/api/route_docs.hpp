#pragma once

#include <vector>

#include "proxy/http/router.hpp"

namespace polyglance {

/// Parameters of the list: its options, and a filter for every field of the table.
std::vector<ParameterDoc> list_parameters();
/// `view`, `fields` and `omit_null`.
std::vector<ParameterDoc> projection_parameters();
ParameterDoc path_parameter(std::string name, std::string description);
ParameterDoc header_parameter(std::string name, std::string description);
ParameterDoc flag_parameter(std::string name, std::string description);

} // namespace polyglance
