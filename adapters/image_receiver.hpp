#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "model/digest.hpp"
#include "model/image.hpp"

namespace polyglance {

/// Takes the rows of a listing as they come, one after another. Of rows with one id the last one counts.
class ImageReceiver {
public:
    virtual ~ImageReceiver() = default;
    /// The native id of the image already held that was made of exactly these bytes: it counts as received. Empty: the
    /// row has to be decoded. The id is valid until the next call.
    virtual std::optional<std::string_view> keep(RowDigest digest) = 0;
    /// `image` is valid until this returns.
    virtual void take(const WireImage& image, RowDigest digest) = 0;
};

/// For a page that is read for something else than its images.
class NoReceiver final : public ImageReceiver {
public:
    std::optional<std::string_view> keep(RowDigest) override { return std::nullopt; }
    void take(const WireImage&, RowDigest) override {}
};

/// Passes on what is wanted. What is kept was wanted before.
class ImageFilter final : public ImageReceiver {
public:
    ImageFilter(ImageReceiver& behind, std::function<bool(const WireImage&)> wanted)
        : behind_(behind), wanted_(std::move(wanted))
    {
    }

    std::optional<std::string_view> keep(RowDigest digest) override
    {
        const auto id = behind_.keep(digest);
        passed_ += id ? 1 : 0;
        return id;
    }
    void take(const WireImage& image, RowDigest digest) override
    {
        if (wanted_(image)) {
            ++passed_;
            behind_.take(image, digest);
        }
    }
    std::size_t passed() const { return passed_; }

private:
    ImageReceiver& behind_;
    std::function<bool(const WireImage&)> wanted_;
    std::size_t passed_ = 0;
};

} // namespace polyglance
