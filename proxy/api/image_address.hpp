#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cache/catalog.hpp"
#include "model/image.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {

/// A uid and the configured source that it names.
struct ImageAddress {
    std::string uid, source, native_id;
    std::shared_ptr<const SourceInfo> info; ///< null: no such source, or none for this caller

    static ImageAddress of(const Request& request, const Catalog& catalog)
    {
        ImageAddress out{std::string(request.path_parameter("uid")), {}, {}, nullptr};
        const auto parts = split_uid(out.uid);
        const auto* found = parts && request.caller->sees(parts->source) ? catalog.find(parts->source) : nullptr;
        if (found != nullptr) {
            out.source = parts->source;
            out.native_id = parts->native_id;
            out.info = found->info;
        }
        return out;
    }
};

inline Problem no_such_source()
{
    return {.code = "source_not_found", .detail = "The uid names no configured source; a uid is source~native_id."};
}

} // namespace polyglance
