#include "adapters/http/exchange.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "adapters/http/body_decoder.hpp"
#include "adapters/http/response_head.hpp"

namespace polyglance {
namespace {

constexpr std::size_t buffer_bytes = 64UL << 10;
constexpr int max_interim = 8;

/// Bytes read and not yet used. Room for one whole head, and never less than what makes reading cheap.
class ReadBuffer {
public:
    explicit ReadBuffer(std::size_t capacity)
        : bytes_(std::make_unique_for_overwrite<char[]>(capacity)), capacity_(capacity)
    {
    }

    std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t size) { begin_ += size; }

    asio::mutable_buffer space()
    {
        if (begin_ != 0) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
            end_ -= std::exchange(begin_, 0);
        }
        return {bytes_.get() + end_, capacity_ - end_};
    }
    void commit(std::size_t size) { end_ += size; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

class Exchange {
public:
    Exchange(Connection& connection, HttpLimits limits, BodySink* sink)
        : connection_(connection), limits_(limits), sink_(sink),
          buffer_(std::max(buffer_bytes, limits.max_header_bytes))
    {
    }

    asio::awaitable<Result<HttpResponse>> run(std::string_view wire)
    {
        const Connection::Transferred written = co_await connection_.write(wire);
        sent_ = std::get<1>(written) > 0;
        if (std::get<0>(written)) {
            co_return broken("the connection failed while the request was sent");
        }
        Result<ResponseHead> head = co_await read_final_head();
        if (!head) {
            co_return std::unexpected(head.error());
        }
        response_.status = head->status;
        response_.headers = std::move(head->headers);
        if (sinks() && head->framing == BodyFraming::length && head->content_length > limits_.max_body_bytes) {
            co_return too_large();
        }
        Result<void> body = co_await read_body(head->framing, head->content_length);
        if (!body) {
            co_return std::unexpected(body.error());
        }
        reusable_ = head->keep_alive && body_complete_ && buffer_.unread().empty();
        co_return std::move(response_);
    }

    ExchangeOutcome outcome(Result<HttpResponse> response) const
    {
        if (!response) {
            response.error().sent = sent_;
        }
        return {std::move(response), io_failed_, answered_, reusable_};
    }

private:
    asio::awaitable<Result<ResponseHead>> read_final_head()
    {
        for (int interim = 0; interim <= max_interim; ++interim) {
            Result<ResponseHead> head = co_await read_head();
            if (!head || !head->interim()) {
                co_return head;
            }
        }
        co_return failure(ErrorClass::upstream_protocol, "too many interim answers");
    }

    asio::awaitable<Result<ResponseHead>> read_head()
    {
        std::optional<std::size_t> size = response_head_size(buffer_.unread());
        while (!size) {
            if (buffer_.unread().size() >= limits_.max_header_bytes) {
                co_return failure(ErrorClass::upstream_protocol, "the head of the answer is too large");
            }
            const std::size_t searched = buffer_.unread().size();
            const boost::system::error_code error = co_await read_more();
            if (error) {
                co_return broken(answered_ ? "the answer was cut off" : "the connection was closed without an answer");
            }
            if (!looks_like_http1(buffer_.unread())) {
                co_return failure(ErrorClass::upstream_protocol, "the backend does not speak HTTP/1.1");
            }
            size = response_head_size(buffer_.unread(), searched);
        }
        if (*size > limits_.max_header_bytes) {
            co_return failure(ErrorClass::upstream_protocol, "the head of the answer is too large");
        }
        Result<ResponseHead> head = parse_response_head(buffer_.unread().substr(0, *size));
        buffer_.consume(*size);
        co_return head;
    }

    asio::awaitable<Result<void>> read_body(BodyFraming framing, std::uint64_t content_length)
    {
        BodyDecoder decoder(framing, content_length);
        while (true) {
            std::string_view unread = buffer_.unread();
            const std::size_t before = unread.size();
            const Result<bool> taken = take_content(decoder, unread);
            buffer_.consume(before - unread.size());
            if (!taken) {
                co_return std::unexpected(taken.error());
            }
            body_complete_ = decoder.complete();
            if (body_complete_ || !*taken) {
                co_return Result<void>{};
            }
            const boost::system::error_code error = co_await read_more();
            if (error == asio::error::eof && decoder.may_end_here()) {
                co_return Result<void>{};
            }
            if (error) {
                co_return broken("the answer was cut off");
            }
        }
    }

    /// Passes on what content `unread` holds. False: enough was kept, the rest is not wanted.
    Result<bool> take_content(BodyDecoder& decoder, std::string_view& unread)
    {
        while (true) {
            const Result<std::string_view> piece = decoder.next(unread);
            if (!piece) {
                return std::unexpected(piece.error());
            }
            if (piece->empty()) {
                return true;
            }
            if (!sinks()) {
                const std::size_t room = limits_.max_error_body_bytes - response_.body.size();
                response_.body.append(piece->substr(0, room));
                if (piece->size() > room) {
                    return false;
                }
                continue;
            }
            sunk_ += piece->size();
            if (sunk_ > limits_.max_body_bytes) {
                return too_large();
            }
            if (auto received = sink_->on_slice(*piece); !received) {
                return std::unexpected(received.error());
            }
        }
    }

    asio::awaitable<boost::system::error_code> read_more()
    {
        const Connection::Transferred read = co_await connection_.read_some(buffer_.space());
        buffer_.commit(std::get<1>(read));
        answered_ = answered_ || std::get<1>(read) > 0;
        co_return std::get<0>(read);
    }

    bool sinks() const { return sink_ != nullptr && response_.status == 200; }

    static std::unexpected<Error> too_large()
    {
        return failure(ErrorClass::upstream_protocol, "the body of the answer is too large");
    }

    std::unexpected<Error> broken(const char* what)
    {
        io_failed_ = true;
        return failure(ErrorClass::upstream_unavailable, what);
    }

    Connection& connection_;
    HttpLimits limits_;
    BodySink* sink_;
    ReadBuffer buffer_;
    HttpResponse response_;
    std::size_t sunk_ = 0;
    bool sent_ = false;
    bool io_failed_ = false;
    bool answered_ = false;
    bool body_complete_ = false;
    bool reusable_ = false;
};

} // namespace

asio::awaitable<ExchangeOutcome> exchange(Connection& connection, std::string_view wire, HttpLimits limits,
                                          BodySink* sink)
{
    Exchange exchange(connection, limits, sink);
    Result<HttpResponse> response = co_await exchange.run(wire);
    co_return exchange.outcome(std::move(response));
}

} // namespace polyglance
