#include <algorithm>
#include <numeric>

#include "cache/query.hpp"

namespace polyglance {
namespace {

/// Longer words are no slips of ours, and the distance costs length times length.
constexpr std::size_t longest = 64;

/// What people mix up without thinking: case, '-' and '_'.
std::string plain(std::string_view word)
{
    std::string out = fold_case(word);
    std::ranges::replace(out, '-', '_');
    return out;
}

/// Levenshtein distance with neighbours exchanged counted as one step; any larger number when it is over `most`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most)
{
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last.swap(last);
        last.swap(row);
        if (std::ranges::min(last) > most && std::ranges::min(before_last) > most) {
            return most + 1; // every way leads over one of these rows, and none gets shorter
        }
    }
    return last.back();
}

bool one_starts_the_other(std::string_view a, std::string_view b)
{
    return std::min(a.size(), b.size()) >= 3 && (a.starts_with(b) || b.starts_with(a));
}

/// 0 = the same but for case and dashes; `no_match` = too far.
constexpr std::size_t no_match = longest;
std::size_t badness(const std::string& word, const std::string& candidate)
{
    if (word == candidate) {
        return 0;
    }
    if (candidate.ends_with("." + word)) {
        return 1;
    }
    // The distance is dear, and no less than what one word is longer by; when one starts the other it is just that.
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    if (one_starts_the_other(word, candidate)) {
        return longer - shorter + 1;
    }
    const std::size_t allowed = std::max<std::size_t>(1, word.size() / 4);
    const std::size_t steps = longer - shorter > allowed ? no_match : distance(word, candidate, allowed);
    return steps <= allowed ? steps + 1 : no_match;
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates)
{
    if (word.empty() || word.size() > longest) {
        return "";
    }
    const std::string wanted = plain(word);
    std::string_view best;
    std::size_t least = no_match;
    for (const auto candidate : candidates) {
        const auto bad = badness(wanted, plain(candidate));
        if (bad < least) {
            least = bad;
            best = candidate;
        }
    }
    return std::string(best);
}

} // namespace polyglance
