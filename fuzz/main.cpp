// One program for all targets: libFuzzer calls the one that FUZZ_TARGET names. Without one it lists them, each with its
// dictionary, and ends with 2.
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
    for (const auto& target : polyglance::fuzz::targets()) {
        std::printf("%.*s %.*s\n", static_cast<int>(target.name.size()), target.name.data(),
                    static_cast<int>(target.dictionary.size()), target.dictionary.data());
    }
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    chosen->run({reinterpret_cast<const char*>(data), size});
    return 0;
}
