#include "model/json/events.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <cstdint>

namespace polyglance::json {
namespace {

namespace bj = boost::json;
using bj::error_code;
using bj::string_view;

/// The shape that Boost.JSON's push parser calls, passed on to `Events`.
class Handler {
public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = 64UL << 10;
    static constexpr std::size_t max_string_size = 16UL << 20;

    explicit Handler(Events* events) : events_(events) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& ec) { return check(events_->open(Kind::object), ec); }
    bool on_object_end(std::size_t, error_code& ec) { return check(events_->close(), ec); }
    bool on_array_begin(error_code& ec) { return check(events_->open(Kind::array), ec); }
    bool on_array_end(std::size_t, error_code& ec) { return check(events_->close(), ec); }
    bool on_key_part(string_view s, std::size_t, error_code& ec) { return check(events_->key_piece(s, false), ec); }
    bool on_key(string_view s, std::size_t, error_code& ec) { return check(events_->key_piece(s, true), ec); }
    bool on_string_part(string_view s, std::size_t, error_code& ec) { return check(events_->text_piece(s), ec); }
    bool on_string(string_view s, std::size_t, error_code& ec)
    {
        return check(events_->text_piece(s) && events_->scalar(Kind::string), ec);
    }
    bool on_number_part(string_view s, error_code& ec) { return check(events_->text_piece(s), ec); }
    bool on_int64(std::int64_t, string_view s, error_code& ec) { return number(s, ec); }
    bool on_uint64(std::uint64_t, string_view s, error_code& ec) { return number(s, ec); }
    bool on_double(double, string_view s, error_code& ec) { return number(s, ec); }
    bool on_bool(bool b, error_code& ec)
    {
        return check(events_->text_piece(b ? "true" : "false") && events_->scalar(Kind::boolean), ec);
    }
    bool on_null(error_code& ec) { return check(events_->scalar(Kind::null), ec); }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    bool number(string_view s, error_code& ec)
    {
        return check(events_->text_piece(s) && events_->scalar(Kind::number), ec);
    }

    static bool check(bool go_on, error_code& ec)
    {
        if (!go_on) {
            ec = bj::error::test_failure;
        }
        return go_on;
    }

    Events* events_;
};

bj::parse_options options()
{
    bj::parse_options opts;
    opts.max_depth = 64;
    opts.allow_invalid_utf8 = true;
    return opts;
}

} // namespace

struct EventReader::Parser {
    explicit Parser(Events* events) : core(options(), events) {}
    bj::basic_parser<Handler> core;
    bool failed = false;
};

EventReader::EventReader(Events& events) : parser_(std::make_unique<Parser>(&events)) {}
EventReader::~EventReader() = default;

bool EventReader::feed(std::string_view slice)
{
    if (parser_->failed) {
        return false;
    }
    error_code ec;
    const auto used = parser_->core.write_some(true, slice.data(), slice.size(), ec);
    parser_->failed = ec.failed() || used < slice.size();
    return !parser_->failed;
}

bool EventReader::finish()
{
    if (parser_->failed) {
        return false;
    }
    error_code ec;
    parser_->core.write_some(false, "", 0, ec);
    parser_->failed = ec.failed() || !parser_->core.done();
    return !parser_->failed;
}

} // namespace polyglance::json
