#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polyglance::test {

/// Whether the RFCs or safety ask for it, or whether others are more lenient and we are not.
enum class Grade : std::uint8_t { must, strict };

/// What becomes of the connection.
enum class Ending : std::uint8_t { closes, stays_open };

/// Bytes that somebody sends on a fresh connection, and what the front makes of them. No answer ever holds the word
/// "canary": bytes that must not be read as a request ask for the image `os-a~canary`, which exists.
struct FrontVector {
    std::string name;
    std::string bytes;
    std::vector<int> answers; ///< the status of each, in order
    Ending ending = Ending::closes;
    Grade grade = Grade::must;
    std::vector<std::size_t> heads{}; ///< numbers of the answers that are to HEAD
};

struct FrontGroup {
    std::string name;
    std::vector<FrontVector> vectors;
};

/// All of them, by subject.
const std::vector<FrontGroup>& front_vectors();

/// A request for that target, with these lines besides Host, each ended by CR LF.
std::string get_request(std::string_view target, std::string_view lines = "");

} // namespace polyglance::test
