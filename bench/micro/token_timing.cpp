// Whether the time that a wrong token takes tells how much of it is right. Wrong tokens of two kinds, one close to a
// known token and one not, are shown in random turn and timed one by one; Welch's t above 4.5 tells the kinds apart.
// token_timing SAMPLES; prints JSON: |t| of the gate, and of a careless comparison, which must be found out.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/digest.hpp"
#include "proxy/auth/gate.hpp"

namespace polyglance::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t known_tokens = 16;
constexpr std::size_t token_size = 40;
constexpr std::string_view scheme = "Bearer ";

using Random = std::mt19937_64;

std::string random_text(Random& random, std::size_t size)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    std::string out(size, '\0');
    std::ranges::generate(out, [&] { return letters[random() % letters.size()]; });
    return out;
}

std::string digest_of(std::string_view token)
{
    return to_hex(as_bytes(sha256(token)));
}

/// Wrong tokens, and what is known beside them.
struct Guesses {
    std::vector<std::string> known;                ///< what the subject compares with
    std::array<std::vector<std::string>, 2> wrong; ///< close to one of `known`; not close
};

/// The first half of a token is right.
Guesses half_right(Random& random, bool digests)
{
    Guesses out;
    for (std::size_t i = 0; i < known_tokens; ++i) {
        const auto token = random_text(random, token_size);
        out.known.push_back(digests ? digest_of(token) : token);
        out.wrong[0].push_back(token.substr(0, token_size / 2) + random_text(random, token_size / 2));
        out.wrong[1].push_back(random_text(random, token_size));
    }
    return out;
}

/// All of a token's digest is right but its last digit. Such a token takes 2^252 tries; here the known digest is made
/// to fit it.
Guesses digest_nearly_right(Random& random)
{
    Guesses out;
    for (std::size_t i = 0; i < known_tokens; ++i) {
        out.wrong[0].push_back(random_text(random, token_size));
        out.wrong[1].push_back(random_text(random, token_size));
        out.known.push_back(digest_of(out.wrong[0].back()));
        out.known.back().back() = out.known.back().back() == '0' ? '1' : '0';
    }
    return out;
}

/// The gate as it stands in front of every route.
class RealGate {
public:
    explicit RealGate(const std::vector<std::string>& digests) : gate_({}, tokens(digests))
    {
        request_.peer = "192.0.2.1";
    }
    /// `shown` is the value of Authorization.
    bool refuses(std::string_view shown)
    {
        request_.headers.assign(1, {"Authorization", shown});
        request_.received += 1min; // so that it never tires of wrong tokens
        const auto problem = gate_.admit(request_, Access::read);
        return problem && problem->code == "unauthenticated";
    }

private:
    static FrontAuthConfig tokens(const std::vector<std::string>& digests)
    {
        FrontAuthConfig out{.tokens_required = true};
        for (const auto& digest : digests) {
            out.tokens.push_back({.name = digest, .sha256 = digest, .sources = {"*"}, .read_images = true});
        }
        return out;
    }

    Gate gate_;
    Request request_;
};

/// Compares letter by letter up to the first that differs, as one should not.
class Careless {
public:
    Careless(std::vector<std::string> known, bool digests) : known_(std::move(known)), digests_(digests) {}
    bool refuses(std::string_view shown) const
    {
        const auto token = shown.substr(scheme.size());
        const auto text = digests_ ? digest_of(token) : std::string(token);
        return std::ranges::none_of(
            known_, [&](const auto& known) { return std::ranges::mismatch(known, text).in1 == known.end(); });
    }

private:
    std::vector<std::string> known_;
    bool digests_;
};

struct Sample {
    double ns;
    std::size_t kind;
};

/// Shows one of the two; both are read, so that memory and caches cannot tell which.
void choose(std::string& shown, const std::array<std::string_view, 2>& tokens, std::size_t kind)
{
    const auto mask = static_cast<unsigned char>(0 - kind);
    for (std::size_t i = 0; i < token_size; ++i) {
        const auto zero = static_cast<unsigned char>(tokens[0][i]);
        const auto one = static_cast<unsigned char>(tokens[1][i]);
        shown[scheme.size() + i] = static_cast<char>(zero ^ ((zero ^ one) & mask));
    }
}

template <class Subject>
std::vector<Sample> time_all(Subject& subject, const Guesses& guesses, std::size_t count, Random& random)
{
    std::vector<Sample> out;
    out.reserve(count);
    std::string shown = std::string(scheme) + std::string(token_size, ' ');
    while (out.size() < count) {
        const std::size_t kind = random() % 2;
        const std::size_t which = random() % known_tokens;
        choose(shown, {guesses.wrong[0][which], guesses.wrong[1][which]}, kind);
        const auto began = std::chrono::steady_clock::now();
        const bool refused = subject.refuses(shown);
        const auto ended = std::chrono::steady_clock::now();
        if (!refused) {
            throw std::logic_error("a wrong token was not refused");
        }
        out.push_back({std::chrono::duration<double, std::nano>(ended - began).count(), kind});
    }
    return out;
}

double welch_t(std::span<const Sample> samples)
{
    std::array<double, 2> count{}, mean{}, squares{};
    for (const auto& [ns, kind] : samples) {
        const double off = ns - mean.at(kind);
        mean.at(kind) += off / ++count.at(kind);
        squares.at(kind) += off * (ns - mean.at(kind));
    }
    double spread = 0;
    for (std::size_t kind = 0; kind < 2; ++kind) {
        spread += squares.at(kind) / (count.at(kind) - 1) / count.at(kind);
    }
    return spread == 0 ? 0 : std::abs(mean[0] - mean[1]) / std::sqrt(spread);
}

/// The largest |t| with none, the slowest 1 %, 10 % and half of all samples left out: interruptions make them slow.
template <class Subject>
double largest_t(Subject&& subject, const Guesses& guesses, std::size_t count, Random& random)
{
    auto samples = time_all(subject, guesses, count, random);
    std::ranges::sort(samples, {}, &Sample::ns);
    double largest = 0;
    for (const double kept : {1.0, 0.99, 0.9, 0.5}) {
        const auto last = static_cast<std::size_t>(static_cast<double>(samples.size() - 1) * kept);
        const auto end =
            std::ranges::upper_bound(samples, samples[last].ns, {}, &Sample::ns); // equal ones stay together
        largest = std::max(largest, welch_t({samples.begin(), end}));
    }
    return largest;
}

} // namespace
} // namespace polyglance::bench

int main(int count, char** arguments)
{
    using namespace polyglance::bench;
    const auto samples = count == 2 ? std::strtoull(arguments[1], nullptr, 10) : 0;
    if (samples < 1000) {
        fmt::print(stderr, "usage: token_timing SAMPLES (1000 or more)\n");
        return 2;
    }
    Random random(std::random_device{}());
    const auto prefix = half_right(random, true);
    const auto plain = half_right(random, false);
    const auto digest = digest_nearly_right(random);
    fmt::print(R"({{"prefix":{{"t":{:.2f},"careless_t":{:.2f}}},"digest":{{"t":{:.2f},"careless_t":{:.2f}}}}})"
               "\n",
               largest_t(RealGate(prefix.known), prefix, samples, random),
               largest_t(Careless(plain.known, false), plain, samples, random),
               largest_t(RealGate(digest.known), digest, samples, random),
               largest_t(Careless(digest.known, true), digest, samples, random));
    return 0;
}
