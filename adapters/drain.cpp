#include "adapters/drain.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace polyglance {
namespace {

/// Below this many rows, a share of bad ones says little.
constexpr std::size_t rows_to_judge = 4;

/// One page that brings nothing new can be honest (the marker's image alone, a row that cannot be read).
constexpr std::size_t barren_pages_allowed = 1;

bool worth_retrying(const Error& error)
{
    const bool passing =
        error.error_class == ErrorClass::upstream_unavailable || error.error_class == ErrorClass::timeout;
    return passing && !error.retry_after;
}

class Drain {
public:
    Drain(ProviderAdapter& adapter, DrainLimits limits, RetryBudget& budget, ImageSink sink, const Clock& clock)
        : adapter_(adapter), limits_(limits), budget_(budget), sink_(std::move(sink)), clock_(clock)
    {
    }

    asio::awaitable<DrainResult> run()
    {
        bool at_end = true;
        for (std::size_t pass = 0; at_end && pass < adapter_.passes(); ++pass) {
            at_end = co_await walk_with_one_restart(pass);
        }
        result_.complete = at_end && enough_rows_read();
        co_return result_;
    }

private:
    asio::awaitable<bool> walk_with_one_restart(std::size_t pass)
    {
        const auto rows = result_.rows;
        const auto rejected = result_.rejected;
        bool at_end = co_await walk(pass);
        if (!at_end && result_.error && result_.error->error_class == ErrorClass::marker_gone) {
            result_.rows = rows;
            result_.rejected = rejected;
            result_.error.reset();
            result_.reason = {};
            at_end = co_await walk(pass);
        }
        co_return at_end;
    }

    /// True when the pass came to its end; otherwise the result says why not.
    asio::awaitable<bool> walk(std::size_t pass)
    {
        ++walk_;
        std::string marker;
        std::unordered_set<std::string> markers;
        std::size_t barren_pages = 0;
        while (within_limits()) {
            new_ids_ = 0;
            const auto page = co_await read_page(pass, marker);
            if (!page) {
                co_return stop(past_deadline() ? "deadline" : "error", page.error());
            }
            count(*page);
            if (too_many_images_) {
                co_return stop("max_images");
            }
            marker = page->next_marker;
            if (marker.empty()) {
                co_return true;
            }
            if (!markers.insert(marker).second) {
                co_return stop("repeated_marker", {ErrorClass::upstream_protocol, "the backend repeats a page marker"});
            }
            barren_pages += new_ids_ == 0 ? 1 : 0;
            if (barren_pages > barren_pages_allowed) {
                co_return stop("no_new_images",
                               {ErrorClass::upstream_protocol, "the backend goes on without new images"});
            }
        }
        co_return false;
    }

    asio::awaitable<Result<ImagePage>> read_page(std::size_t pass, std::string marker)
    {
        const auto begun = clock_.steady_now();
        budget_.count_first_try();
        PageRequest first{pass, marker, limits_.deadline};
        auto page = co_await adapter_.fetch_page(std::move(first), counting_sink());
        if (page || !worth_retrying(page.error()) || !time_for_as_long_again(begun) || !budget_.take_retry()) {
            co_return page;
        }
        ++result_.retries;
        PageRequest second{pass, marker, limits_.deadline};
        page = co_await adapter_.fetch_page(std::move(second), counting_sink());
        co_return page;
    }

    ImageSink counting_sink()
    {
        return [this](Image&& image) { on_image(std::move(image)); };
    }

    void on_image(Image&& image)
    {
        // A hash is enough: two ids with one hash only make a page look a little less new.
        const auto [seen, first_time] = walk_of_id_.try_emplace(std::hash<std::string>{}(image.native_id), 0);
        if (first_time && walk_of_id_.size() > limits_.max_images) {
            walk_of_id_.erase(seen);
            too_many_images_ = true;
            return;
        }
        new_ids_ += seen->second == walk_ ? 0 : 1;
        seen->second = walk_;
        sink_(std::move(image));
    }

    void count(const ImagePage& page)
    {
        ++result_.pages;
        result_.rows += page.rows;
        result_.rejected += page.rejected;
        result_.bytes += page.bytes;
    }

    bool within_limits()
    {
        if (result_.pages >= limits_.max_pages) {
            return stop("max_pages");
        }
        if (result_.bytes >= limits_.max_bytes) {
            return stop("max_bytes");
        }
        if (past_deadline()) {
            return stop("deadline", {ErrorClass::timeout, "the listing took longer than allowed"});
        }
        return true;
    }

    bool past_deadline() const { return clock_.steady_now() >= limits_.deadline; }

    bool time_for_as_long_again(std::chrono::steady_clock::time_point begun) const
    {
        const auto now = clock_.steady_now();
        return now < limits_.deadline && limits_.deadline - now >= now - begun;
    }

    bool enough_rows_read()
    {
        if (result_.rows >= rows_to_judge && result_.rejected * 2 > result_.rows) {
            return stop("rejected_rows", {ErrorClass::upstream_protocol, "more than half of the rows cannot be read"});
        }
        return true;
    }

    bool stop(std::string_view reason)
    {
        result_.reason = reason;
        return false;
    }

    bool stop(std::string_view reason, Error error)
    {
        result_.error = std::move(error);
        return stop(reason);
    }

    ProviderAdapter& adapter_;
    DrainLimits limits_;
    RetryBudget& budget_;
    ImageSink sink_;
    const Clock& clock_;
    DrainResult result_;
    std::unordered_map<std::size_t, std::uint32_t> walk_of_id_; ///< hash of an id -> the last walk that met it
    std::uint32_t walk_ = 0;
    std::size_t new_ids_ = 0; ///< of the page being read, both tries
    bool too_many_images_ = false;
};

} // namespace

asio::awaitable<DrainResult> drain(ProviderAdapter& adapter, DrainLimits limits, RetryBudget& budget, ImageSink sink,
                                   const Clock& clock)
{
    Drain job(adapter, limits, budget, std::move(sink), clock);
    auto result = co_await job.run();
    co_return result;
}

} // namespace polyglance
