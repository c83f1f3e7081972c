#include "adapters/drain.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "adapters/seen_ids.hpp"

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

class Drain final : ImageReceiver {
public:
    Drain(ProviderAdapter& adapter, DrainLimits limits, RetryBudget& budget, ImageReceiver& receiver,
          const Clock& clock)
        : adapter_(adapter), limits_(std::move(limits)), budget_(budget), receiver_(receiver), clock_(clock)
    {
        result_.incremental = limits_.changes.has_value();
    }

    asio::awaitable<DrainResult> run()
    {
        bool at_end = true;
        for (std::size_t pass = 0; at_end && pass < adapter_.passes(); ++pass) {
            at_end = co_await walk_with_one_restart(pass);
        }
        result_.complete = at_end && enough_rows_read() && changes_are_sure();
        result_.unsure.assign(unsure_.begin(), unsure_.end());
        co_return result_;
    }

private:
    asio::awaitable<bool> walk_with_one_restart(std::size_t pass)
    {
        const auto rows = result_.rows;
        const auto rejected = result_.rejected;
        const auto kept = result_.kept;
        bool at_end = co_await walk(pass);
        if (!at_end && result_.error && result_.error->error_class == ErrorClass::marker_gone) {
            result_.rows = rows;
            result_.rejected = rejected;
            result_.kept = kept;
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
            if (memory_is_short_) {
                co_return stop_for_memory();
            }
            if (doubtful_) {
                co_return stop("doubtful_changes");
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
        auto page = co_await try_page(pass, marker);
        if (page || !worth_retrying(page.error()) || !time_for_as_long_again(begun) || !budget_.take_retry()) {
            co_return page;
        }
        ++result_.retries;
        page = co_await try_page(pass, marker);
        co_return page;
    }

    asio::awaitable<Result<ImagePage>> try_page(std::size_t pass, std::string marker)
    {
        taken_.clear();
        kept_.clear();
        auto page = co_await adapter_.fetch_page(request(pass, marker), *this);
        if (!page) {
            // Whoever cut an answer off, or sent one that turns out to be none, may have made up its rows.
            unsure_.insert(taken_.begin(), taken_.end());
        } else if (!unsure_.empty()) {
            for (const auto* ids : {&taken_, &kept_}) {
                for (const auto& id : *ids) {
                    unsure_.erase(id);
                }
            }
        }
        co_return page;
    }

    PageRequest request(std::size_t pass, const std::string& marker) const
    {
        const auto since = limits_.changes ? std::optional(limits_.changes->since) : std::nullopt;
        return {.pass = pass, .marker = marker, .deadline = limits_.deadline, .changed_since = since};
    }

    std::optional<std::string_view> keep(RowDigest digest) override
    {
        if (limits_.changes) {
            return std::nullopt; // their times are wanted, and they are few
        }
        const auto id = receiver_.keep(digest);
        if (id) {
            meet(*id);
            if (!unsure_.empty()) {
                kept_.emplace_back(*id);
            }
        }
        return id;
    }

    void take(const WireImage& image, RowDigest digest) override
    {
        memory_is_short_ = memory_is_short_ || limits_.memory_is_short();
        if (memory_is_short_) {
            return;
        }
        if (limits_.changes) {
            judge_change(image);
        }
        if (meet(image.native_id)) {
            taken_.emplace_back(image.native_id);
            receiver_.take(image, digest);
        }
    }

    /// False when this id is one too many.
    bool meet(std::string_view id)
    {
        if (auto* const walk = seen_.find(id)) {
            new_ids_ += *walk == walk_ ? 0 : 1;
            *walk = walk_;
            return true;
        }
        if (seen_.size() == limits_.max_images) {
            too_many_images_ = true;
            return false;
        }
        seen_.add(id, walk_);
        ++new_ids_;
        return true;
    }

    void judge_change(const WireImage& image)
    {
        const bool fits = image.updated_at && *image.updated_at >= limits_.changes->since;
        doubtful_ = doubtful_ || !fits || image.status == Status::deleted;
        witness_seen_ = witness_seen_ || image.native_id == limits_.changes->witness;
    }

    void count(const ImagePage& page)
    {
        if (result_.pages++ == 0 && page.backend_time) {
            result_.clock_ahead = *page.backend_time - clock_.now();
        }
        result_.rows += page.rows;
        result_.rejected += page.rejected;
        result_.kept += page.kept;
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
        if (limits_.memory_is_short()) {
            return stop_for_memory();
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

    bool changes_are_sure()
    {
        if (limits_.changes && (result_.rejected > 0 || !unsure_.empty() || !witness_seen_)) {
            return stop("doubtful_changes");
        }
        return true;
    }

    bool stop_for_memory()
    {
        return stop("memory", {ErrorClass::overloaded, "there is no memory left to read the list into"});
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
    ImageReceiver& receiver_;
    const Clock& clock_;
    DrainResult result_;
    SeenIds seen_;
    std::uint32_t walk_ = 0;
    std::vector<std::string> taken_, kept_; ///< ids of the answer being read; kept ones while some are unsure
    std::set<std::string> unsure_;          ///< see DrainResult; no hash table, as a cloud chooses what is in it
    std::size_t new_ids_ = 0;               ///< of the page being read, both tries
    bool too_many_images_ = false;
    bool memory_is_short_ = false;
    bool doubtful_ = false;
    bool witness_seen_ = false;
};

} // namespace

asio::awaitable<DrainResult> drain(ProviderAdapter& adapter, DrainLimits limits, RetryBudget& budget,
                                   ImageReceiver& receiver, const Clock& clock)
{
    Drain job(adapter, std::move(limits), budget, receiver, clock);
    auto result = co_await job.run();
    co_return result;
}

} // namespace polyglance
