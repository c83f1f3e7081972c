#include "cache/redis/protocol.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <new>
#include <optional>
#include <stdexcept>

namespace polyglance {
namespace {

/// Small enough that an oversize reply is noticed long before it hurts.
constexpr std::size_t slice_bytes = 16UL << 10;

/// The reply that hiredis is reading. It owns the tree; hiredis only carries pointers into it from one callback to the
/// next. So it does not matter what hiredis does with them on an error, nor which newer reply types it makes up itself.
struct Building {
    ReplyLimits limits;
    std::optional<RedisReply> root;
    std::size_t elements = 0;
    bool refused = false;
};

Building& building_of(const redisReadTask* task)
{
    return *static_cast<Building*>(task->privdata);
}

std::size_t depth_of(const redisReadTask* task)
{
    std::size_t depth = 0;
    for (; task->parent != nullptr; task = task->parent) {
        ++depth;
    }
    return depth;
}

/// Puts a reply where it belongs. While an array is being filled the one around it does not grow, so its address holds.
void* place(const redisReadTask* task, RedisReply reply) noexcept
try {
    Building& building = building_of(task);
    if (task->parent == nullptr) {
        return &building.root.emplace(std::move(reply));
    }
    auto& siblings = static_cast<RedisReply*>(task->parent->obj)->elements;
    return &siblings.emplace_back(std::move(reply));
} catch (const std::bad_alloc&) {
    return nullptr;
}

void* create_string(const redisReadTask* task, char* text, std::size_t size) noexcept
try {
    const auto kind = task->type == REDIS_REPLY_ERROR    ? RedisReply::Kind::error
                      : task->type == REDIS_REPLY_STATUS ? RedisReply::Kind::status
                                                         : RedisReply::Kind::string;
    return place(task, {.kind = kind, .text = std::string(text, size), .elements = {}});
} catch (const std::bad_alloc&) {
    return nullptr;
}

/// The type of the count differs between hiredis versions.
template <class Count>
void* create_array(const redisReadTask* task, Count count) noexcept
{
    Building& building = building_of(task);
    const auto wanted = static_cast<std::size_t>(count);
    if (wanted > building.limits.max_elements - building.elements || depth_of(task) >= building.limits.max_depth) {
        building.refused = true;
        return nullptr;
    }
    building.elements += wanted;
    return place(task, {.kind = RedisReply::Kind::array, .text = {}, .elements = {}});
}

void* create_integer(const redisReadTask* task, long long value) noexcept
{
    return place(task, {.kind = RedisReply::Kind::integer, .text = {}, .integer = value, .elements = {}});
}

void* create_nil(const redisReadTask* task) noexcept
{
    return place(task, {});
}

void free_object(void*) noexcept {}

redisReplyObjectFunctions* functions()
{
    static redisReplyObjectFunctions table = [] {
        redisReplyObjectFunctions made{};
        made.createString = create_string;
        made.createArray = create_array;
        made.createInteger = create_integer;
        made.createNil = create_nil;
        made.freeObject = free_object;
        return made;
    }();
    return &table;
}

struct FreeReader {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
};

} // namespace

void append_command(std::string& out, const RedisCommand& command)
{
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& argument : command) {
        texts.push_back(argument.data());
        sizes.push_back(argument.size());
    }
    char* formatted = nullptr;
    const auto size = redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), sizes.data());
    if (size < 0) {
        throw std::bad_alloc();
    }
    const std::unique_ptr<char, decltype(&redisFreeCommand)> owned(formatted, redisFreeCommand);
    out.append(formatted, static_cast<std::size_t>(size));
}

std::string RedisReply::error_code() const
{
    if (kind != Kind::error) {
        return {};
    }
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto end = std::find_if_not(text.begin(), text.end(), capital);
    const auto size = std::min<std::size_t>(static_cast<std::size_t>(end - text.begin()), 32);
    return size == 0 ? "ERR" : text.substr(0, size);
}

struct ReplyParser::Data {
    Building building;
    std::unique_ptr<redisReader, FreeReader> reader;
    std::size_t unfinished = 0; ///< bytes read since the last whole reply
    bool broken = false;

    /// Takes every whole reply out of the reader. False when the bytes are not RESP or past a limit.
    bool take(std::vector<RedisReply>& out)
    {
        for (;;) {
            void* whole = nullptr;
            if (redisReaderGetReply(reader.get(), &whole) != REDIS_OK) {
                return false;
            }
            if (whole == nullptr) {
                return unfinished <= building.limits.max_bytes;
            }
            if (!building.root) {
                return false;
            }
            out.push_back(std::move(*building.root));
            building.root.reset();
            building.elements = 0;
            unfinished = 0;
        }
    }
};

ReplyParser::ReplyParser(ReplyLimits limits) : data_(std::make_unique<Data>())
{
    data_->building.limits = limits;
    data_->reader.reset(redisReaderCreateWithFunctions(functions()));
    if (!data_->reader) {
        throw std::bad_alloc();
    }
    data_->reader->privdata = &data_->building;
}

ReplyParser::~ReplyParser() = default;
ReplyParser::ReplyParser(ReplyParser&&) noexcept = default;
ReplyParser& ReplyParser::operator=(ReplyParser&&) noexcept = default;

std::expected<std::vector<RedisReply>, std::string> ReplyParser::feed(std::string_view bytes)
{
    std::vector<RedisReply> replies;
    while (!bytes.empty() && !data_->broken) {
        const std::string_view slice = bytes.substr(0, slice_bytes);
        bytes.remove_prefix(slice.size());
        data_->unfinished += slice.size();
        data_->broken =
            redisReaderFeed(data_->reader.get(), slice.data(), slice.size()) != REDIS_OK || !data_->take(replies);
    }
    if (data_->broken) {
        return std::unexpected(data_->building.refused || data_->unfinished > data_->building.limits.max_bytes
                                   ? "a reply was larger than allowed"
                                   : "a reply was not in the Redis protocol");
    }
    return replies;
}

} // namespace polyglance
