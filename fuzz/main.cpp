// One program for all targets: libFuzzer calls the one that FUZZ_TARGET names.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/targets.hpp"

namespace {

const polyglance::fuzz::Target* chosen = nullptr;

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***)
{
    const char* const wanted = std::getenv("FUZZ_TARGET");
    for (const auto& target : polyglance::fuzz::targets()) {
        if (wanted != nullptr && target.name == wanted) {
            chosen = &target;
            return 0;
        }
    }
    std::fprintf(stderr, "FUZZ_TARGET must be one of:");
    for (const auto& target : polyglance::fuzz::targets()) {
        std::fprintf(stderr, " %.*s", static_cast<int>(target.name.size()), target.name.data());
    }
    std::fprintf(stderr, "\n");
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    chosen->run({reinterpret_cast<const char*>(data), size});
    return 0;
}
