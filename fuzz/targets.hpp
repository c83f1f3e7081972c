#pragma once

#include <span>
#include <string_view>

namespace polyglance::fuzz {

/// Something that reads bytes we do not trust. `run` takes any bytes; what must hold whatever they are it checks with
/// `must`. Its seeds lie in `fuzz/corpus/<name>/`, its words in `fuzz/dictionaries/<dictionary>.dict`.
struct Target {
    std::string_view name;
    std::string_view dictionary; ///< "" = none
    void (*run)(std::string_view bytes);
};

std::span<const Target> targets();

/// Ends the program, naming `what`, when a promise is broken.
void must(bool holds, const char* what);

/// Cuts off what stands before the first line end, which goes too; all of it when there is none.
std::string_view take_line(std::string_view& bytes);

// One per part that reads foreign bytes; see targets.cpp.
void glance_page(std::string_view bytes);
void nova_page(std::string_view bytes);
void cloudimages_page(std::string_view bytes);
void batchcompute_page(std::string_view bytes);
void glance_schema(std::string_view bytes);
void error_answer(std::string_view bytes);
void keystone_answer(std::string_view bytes);
void http_reply(std::string_view bytes);
void http_request(std::string_view bytes);
void header_values(std::string_view bytes);
void caller_headers(std::string_view bytes);
void url_parts(std::string_view bytes);
void list_query(std::string_view bytes);
void page_token(std::string_view bytes);
void configuration(std::string_view bytes);
void clouds_file(std::string_view bytes);
void tokens_file(std::string_view bytes);
void stored_values(std::string_view bytes);
void packed_row(std::string_view bytes);
void redis_replies(std::string_view bytes);
void timestamps(std::string_view bytes);

} // namespace polyglance::fuzz
