// What operators write: the configuration and the two files it may name.
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/load.hpp"
#include "fuzz/targets.hpp"

namespace polyglance::fuzz {
namespace {

constexpr std::string_view canary = "s3cr3t-canary";

/// A file that only its owner may read, as long as this lives.
class File {
public:
    explicit File(std::string_view text) : descriptor_(memfd_create("fuzz", 0))
    {
        must(descriptor_ >= 0 && fchmod(descriptor_, 0600) == 0 &&
                 write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
             "there is a file to read");
    }
    ~File() { close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

using Overrides = std::vector<std::pair<std::string, std::string>>;

std::expected<Config, std::vector<ConfigProblem>> load(const File& main, Overrides overrides = {})
{
    ConfigInputs inputs;
    inputs.file = main.path();
    inputs.overrides = std::move(overrides);
    inputs.environment = {{"CANARY", std::string(canary)}};
    inputs.working_directory = "/nonexistent";
    auto loaded = load_config(inputs);
    if (loaded) {
        must(!describe(*loaded).empty(), "a configuration can be shown");
    } else {
        must(!loaded.error().empty(), "a refusal has reasons");
    }
    return loaded;
}

} // namespace

void configuration(std::string_view bytes)
{
    const File main(bytes);
    const auto loaded = load(main);
    if (!loaded && bytes.find(canary) == std::string_view::npos) {
        for (const auto& problem : loaded.error()) {
            must(problem.to_string().find(canary) == std::string::npos, "no message holds a secret");
        }
    }
}

/// The first line is the configuration, what follows the clouds.yaml that it goes by.
void clouds_file(std::string_view bytes)
{
    const File main(take_line(bytes));
    const File clouds(bytes);
    const auto loaded = load(main, {{"openstack.clouds_file", clouds.path()}});
    for (const auto& source : loaded ? loaded->sources : std::vector<SourceConfig>{}) {
        const bool well_known = source.provider == Provider::cloudimages || source.provider == Provider::batchcompute;
        must(well_known || source.endpoint || !source.auth.auth_url.empty(),
             "a source is somewhere, or who knows where");
    }
}

void tokens_file(std::string_view bytes)
{
    const File tokens(bytes);
    const auto loaded = load(File("{}"), {{"auth.mode", "tokens"}, {"auth.tokens_file", tokens.path()}});
    if (!loaded) {
        return;
    }
    must(loaded->auth.tokens_required && !loaded->auth.tokens.empty(), "somebody may come in");
    for (const auto& token : loaded->auth.tokens) {
        must(token.sha256.size() == 64 && !token.name.empty(), "a token is a digest and has a name");
    }
}

} // namespace polyglance::fuzz
