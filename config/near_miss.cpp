#include "config/near_miss.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace polyglance {
namespace {

// Longer words are no typing mistake, and would cost their length squared.
constexpr std::size_t longest = 64;

std::size_t tolerance(std::size_t length)
{
    return length <= 3 ? 1 : length <= 8 ? 2 : 3;
}

std::string folded(std::string_view word)
{
    std::string out(word);
    for (char& c : out) {
        c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

std::size_t letters_only_in(std::string_view word, std::string_view other)
{
    return static_cast<std::size_t>(
        std::count_if(word.begin(), word.end(), [other](char c) { return !other.contains(c); }));
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        above[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

std::string near_miss(std::string_view word, std::span<const std::string> known)
{
    if (word.empty() || word.size() > longest) {
        return {};
    }
    const std::string wanted = folded(word);
    std::string best;
    std::pair<std::size_t, std::size_t> best_rank{tolerance(wanted.size()) + 1, 0};
    for (const auto& candidate : known) {
        // Equally far, the one made of the same letters: "tll" is "ttl" rather than "tls".
        const std::pair rank{edit_distance(wanted, folded(candidate)), letters_only_in(candidate, wanted)};
        if (rank < best_rank && rank.first < candidate.size()) {
            best_rank = rank;
            best = candidate;
        }
    }
    return best;
}

} // namespace polyglance
