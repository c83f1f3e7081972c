#pragma once

namespace polyglance::test {

/// The build watches itself (AddressSanitizer or ThreadSanitizer): it is several times slower, takes more memory, and
/// the sanitizer has needs of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

/// How many times longer a cloud may take in such a build.
inline constexpr int slowness = sanitized ? 6 : 1;

} // namespace polyglance::test
