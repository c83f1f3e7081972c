#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "tests/support/fake_backend.hpp"

namespace polyglance::test {

/// Stands in everything that must never show in an answer of ours: in ids, headers, addresses and texts.
inline constexpr std::string_view canary = "hostile";

/// One page of a listing that a cloud is asked for.
struct AskedPage {
    Provider provider;
    std::string target;
    std::string marker;     ///< "" = the first page
    std::string good;       ///< the page as a good cloud sends it
    std::string own;        ///< where this cloud is: "http://127.0.0.1:1"
    std::string evil;       ///< the same of a server that nobody may visit
    std::size_t number = 1; ///< of the pages this cloud was asked for since it went bad
};

/// What the API says about the source of a cloud that was bad from the start.
struct Verdict {
    std::string_view state;
    std::string_view error_class = ""; ///< "" = no error
    std::string message = "";          ///< a part of the error's message
    std::size_t images = 0;            ///< shown all the same
    std::size_t most_pages = SIZE_MAX; ///< asked for until the verdict
};

/// A way of being bad, and what comes of it. With an error, a source that was good before stays whole, but stale.
struct HostileAnswer {
    std::string name; ///< letters, digits and underscores
    std::vector<Provider> clouds;
    std::function<FakeScript(const AskedPage&)> answer;
    Verdict verdict;
    std::function<void(SourceConfig&)> configure = nullptr;
    bool schema = false;            ///< of Glance's schema, not of the list
    std::string_view view = "full"; ///< which must show nothing of it; an image's own links stand in the full one
};
void PrintTo(const HostileAnswer& hostile, std::ostream* out);

/// Images of each good cloud: three pages of at most `page_size`.
inline constexpr std::size_t good_images = 12;
inline constexpr unsigned page_size = 5;

/// What stands in the bodies and in the pages' order.
std::vector<HostileAnswer> hostile_contents();
/// What is wrong with the HTTP message or with the connection.
std::vector<HostileAnswer> hostile_messages();

} // namespace polyglance::test
