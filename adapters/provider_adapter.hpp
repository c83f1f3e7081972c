#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/auth/authenticator.hpp"
#include "adapters/decode_context.hpp"
#include "adapters/http/http_client.hpp"
#include "adapters/image_receiver.hpp"
#include "adapters/page_format.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/image.hpp"

namespace polyglance {

struct PageRequest {
    /// A listing may need several walks (Glance: visible, then hidden images; BatchCompute: System, then Self).
    /// 0 .. passes()-1.
    std::size_t pass = 0;
    std::string marker; ///< "" = the first page; otherwise `ImagePage::next_marker` of the page before
    Deadline deadline;
    /// Lists only what was created or changed at this time or later, by the backend's clock. Only for a kind that
    /// `lists_changes`; what was deleted does not show.
    std::optional<Instant> changed_since = std::nullopt;
};

struct ImagePage {
    std::size_t rows = 0;                               ///< rows in the answer, rejected ones included
    std::size_t rejected = 0;                           ///< rows that could not be read as an image
    std::size_t kept = 0;                               ///< rows that the receiver had already
    std::size_t bytes = 0;                              ///< of the body
    std::string next_marker;                            ///< "" = this was the last page of the pass
    std::optional<Instant> backend_time = std::nullopt; ///< the backend's clock, where the answer told it
};

/// What an adapter kind is and can do: the same for every source of that kind.
struct ProviderTraits {
    Provider provider;
    std::string_view title;                 ///< "OpenStack Image service (Glance) v2"
    std::vector<std::string_view> provides; ///< unified fields it can ever fill, sorted
    std::vector<AuthType> auth;
    bool can_delete = false;
    bool lists_changes = false; ///< can list what changed since a time
    unsigned page_size = 0;     ///< best
    unsigned max_page_size = 0; ///< most that may be asked for
};
const ProviderTraits& traits_of(Provider provider);
/// The listing pages of that kind, and how their rows are read.
PageFormat page_format_of(Provider provider, const DecodeContext& context = {});
/// The unified fields that this source can ever fill, sorted: those of its kind, or fewer where its configuration has
/// it listed in less detail.
std::vector<std::string_view> provides_of(const SourceConfig& config);

/// One source's backend. Lives on the backstage loop; its functions may run concurrently.
class ProviderAdapter {
public:
    virtual ~ProviderAdapter() = default;

    /// Number of walks that make up the whole listing; at least 1.
    virtual std::size_t passes() const = 0;

    /// Reads one page of this backend's listing, in the provider's order, giving each row to `receiver` as it comes.
    /// When it fails, rows of the cut page may have been given already. The receiver outlives the call.
    /// Errors: those of `SourceClient::send`; upstream_protocol when the body is outside the documented contract;
    /// marker_gone when the marker's image no longer exists.
    virtual asio::awaitable<Result<ImagePage>> fetch_page(PageRequest request, ImageReceiver& receiver) = 0;

    /// Deletes one image upstream. Errors: not_found, upstream_forbidden, conflict ... as the backend says; `sent` when
    /// the outcome is unknown; upstream_protocol when the backend was not yet confirmed to be of this kind.
    virtual asio::awaitable<Result<void>> remove(std::string native_id, Deadline deadline) = 0;

    /// `METHOD path` of the upstream call `remove` would make, without host: for dry runs.
    virtual std::string describe_remove(std::string_view native_id) const = 0;

    /// Learns what the backend is before the first listing, if the provider has a call for that. A failure never
    /// stops a listing.
    virtual asio::awaitable<Result<void>> discover(Deadline deadline) = 0;
};

/// The adapter for `config.provider`. `http` and `clock` outlive it.
std::unique_ptr<ProviderAdapter> make_adapter(const SourceConfig& config, HttpClient& http, const Clock& clock);

} // namespace polyglance
