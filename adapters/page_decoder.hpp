#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/http/http_client.hpp"
#include "adapters/page_format.hpp"
#include "adapters/provider_adapter.hpp"
#include "model/json/list_reader.hpp"

namespace polyglance {

/// Turns the body of one listing page into images, slice by slice as it comes off the socket. A row whose bytes the
/// receiver knows is not read again. One that cannot be read costs only itself: it is counted.
class PageDecoder final : public BodySink {
public:
    /// `receiver` outlives the decoder.
    PageDecoder(PageFormat format, ImageReceiver& receiver, std::size_t max_bytes);

    /// Errors: upstream_protocol on bad JSON, a list of another shape, or past a limit.
    Result<void> on_slice(std::string_view slice) override;
    /// Call once after the last slice. Errors: upstream_protocol when the document is cut, holds no list, or holds an
    /// error beside an empty one.
    Result<void> finish();

    std::size_t rows() const { return reader_.rows(); }
    std::size_t rejected() const { return rejected_; }
    std::size_t bytes() const { return bytes_; }
    /// The id of the last row that has one, also when `decode` refused that row; "" when none has.
    const std::string& last_id() const { return last_id_; }
    /// The members beside the list; valid after `finish`.
    json::Value rest() const { return reader_.rest(); }
    /// Counts and sizes as an `ImagePage` that ends the pass.
    ImagePage page() const;

private:
    bool is_known(std::string_view row);
    void on_row(const json::Tape& tape);

    PageFormat format_;
    ImageReceiver& receiver_;
    std::size_t max_bytes_;
    json::ListReader reader_;
    RowDigest digest_; ///< of the row being read
    std::size_t rejected_ = 0;
    std::size_t kept_ = 0;
    std::size_t bytes_ = 0;
    std::string last_id_;
    bool begun_ = false;
};

} // namespace polyglance
