#include <gtest/gtest.h>

#include <filesystem>

#include "tests/config/workspace.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view token_source =
    "sources:\n  - id: a\n    provider: glance\n    endpoint: http://127.0.0.1:1\n"
    "    auth: {type: token, token_file: t}\n";

TEST(Layers, NothingAtAllMeansDefaultsWithoutSources)
{
    Workspace space;

    const auto config = load_config(space.inputs);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->file, "");
    EXPECT_EQ(config->server, ServerConfig{});
    EXPECT_TRUE(config->sources.empty());
}

TEST(Layers, EmptyFileAndEmptySectionsMeanDefaults)
{
    Workspace space;

    EXPECT_TRUE(space.load(""));
    EXPECT_TRUE(space.load("# nothing\n"));
    EXPECT_TRUE(space.load("server:\ncache:\n  redis:\nsources:\n"));
}

TEST(Layers, EnvironmentGoesOverFileAndFlagsOverBoth)
{
    Workspace space;
    space.variable("POLYGLANCE_CACHE__TTL", "20s");
    space.variable("POLYGLANCE_CACHE__STALE", "2h");
    space.flag("cache.stale", "3h");

    const auto config = space.load("cache: {ttl: 10s, stale: 1h, idle_after: 7m}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->cache.ttl, 20s);
    EXPECT_EQ(config->cache.stale, 3h);
    EXPECT_EQ(config->cache.idle_after, 7min);
}

TEST(Layers, EnvironmentAloneCanConfigureSources)
{
    Workspace space;
    for (int i = 0; i <= 10; ++i) {
        const std::string prefix = "POLYGLANCE_SOURCES__" + std::to_string(i) + "__";
        space.variable(prefix + "ID", "s" + std::to_string(i));
        space.variable(prefix + "PROVIDER", "glance");
        space.variable(prefix + "ENDPOINT", "http://127.0.0.1:9292");
    }

    const auto config = load_config(space.inputs);

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->sources.size(), 11U);
    EXPECT_EQ(config->sources[2].id, "s2");
    EXPECT_EQ(config->sources[10].id, "s10");
}

TEST(Layers, ListsOutsideTheFileAreTextWithCommas)
{
    Workspace space;
    space.variable("POLYGLANCE_SERVER__LISTEN", "127.0.0.1:1,127.0.0.1:2");

    const auto config = load_config(space.inputs);

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->server.listen.size(), 2U);
    EXPECT_EQ(config->server.listen[1].port, 2);
}

TEST(Layers, EmptyVariableIsAnEmptyValue)
{
    Workspace space;
    space.variable("POLYGLANCE_SERVER__ADMIN", "");

    const auto config = load_config(space.inputs);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_FALSE(config->server.admin);
}

TEST(Layers, UnknownVariableIsAProblemThatNamesIt)
{
    Workspace space;
    space.variable("POLYGLANCE_SERVER__LISTEM", "127.0.0.1:1");
    space.variable("POLYGLANCE_TTL", "5s");

    const auto config = load_config(space.inputs);

    ASSERT_FALSE(config);
    const std::string shown = problems_of(config);
    EXPECT_TRUE(shown.contains("environment variable POLYGLANCE_SERVER__LISTEM: /server/listem: unknown key; did you "
                               "mean 'listen'?"))
        << shown;
    EXPECT_TRUE(shown.contains("environment variable POLYGLANCE_TTL: /ttl: unknown key")) << shown;
}

TEST(Layers, VariableBelowAPlainValueIsAProblem)
{
    Workspace space;
    space.variable("POLYGLANCE_CACHE__TTL__X", "5s");
    space.variable("POLYGLANCE_SOURCES__7__ID", "x");

    const auto shown = problems_of(space.load("cache: {ttl: 10s}\nsources: []\n"));

    EXPECT_TRUE(shown.contains("POLYGLANCE_CACHE__TTL__X: /cache/ttl/x: cannot be set")) << shown;
    EXPECT_TRUE(shown.contains("POLYGLANCE_SOURCES__7__ID: /sources/7: must be the number of an entry")) << shown;
}

TEST(Layers, KubernetesServiceLinksAreNotOurs)
{
    Workspace space;
    for (const auto* name :
         {"POLYGLANCE_SERVICE_HOST", "POLYGLANCE_SERVICE_PORT", "POLYGLANCE_SERVICE_PORT_HTTP", "POLYGLANCE_PORT",
          "POLYGLANCE_PORT_8080_TCP", "POLYGLANCE_PORT_8080_TCP_ADDR", "POLYGLANCE_REDIS_SERVICE_HOST"}) {
        space.variable(name, "tcp://10.0.0.1:8080");
    }

    const auto config = load_config(space.inputs);

    EXPECT_TRUE(config) << problems_of(config);
}

TEST(Layers, SecretFromEnvironmentReplacesItsFileForm)
{
    Workspace space;
    space.write("t", "from-file");
    space.variable("POLYGLANCE_SOURCES__0__AUTH__TOKEN", "from-environment");

    const auto config = space.load(token_source);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->sources[0].auth.token.reveal(), "from-environment");
}

TEST(Layers, BothFormsInOneLayerContradict)
{
    Workspace space;
    space.write("t", "from-file");
    space.variable("POLYGLANCE_SOURCES__0__AUTH__TOKEN", "a");
    space.variable("POLYGLANCE_SOURCES__0__AUTH__TOKEN_FILE", space.path("t"));

    const auto shown = problems_of(space.load(token_source));

    EXPECT_TRUE(shown.contains("/sources/0/auth/token_file: is given together with 'token'")) << shown;
}

TEST(Layers, ReferencesAreForTheFileOnly)
{
    Workspace space;
    space.write("t", "x");
    space.variable("POLYGLANCE_SOURCES__0__AUTH__TOKEN", "${NOT_SET}");

    const auto config = space.load(token_source);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->sources[0].auth.token.reveal(), "${NOT_SET}");
}

TEST(FileChoice, FlagThenVariableThenFolder)
{
    Workspace space;
    space.write("polyglance.yaml", "cache: {ttl: 10s}\n");
    EXPECT_EQ(load_config(space.inputs)->cache.ttl, 10s);

    space.write("by-variable.yaml", "cache: {ttl: 20s}\n");
    space.variable("POLYGLANCE_CONFIG", space.path("by-variable.yaml"));
    EXPECT_EQ(load_config(space.inputs)->cache.ttl, 20s);

    space.write("by-flag.yaml", "cache: {ttl: 30s}\n");
    space.inputs.file = "by-flag.yaml";
    EXPECT_EQ(load_config(space.inputs)->cache.ttl, 30s);
}

TEST(FileChoice, NamedFileMustBeReadable)
{
    Workspace space;
    space.inputs.file = "nowhere.yaml";
    EXPECT_EQ(problems_of(load_config(space.inputs)), "nowhere.yaml: the configuration file does not exist\n");

    space.inputs.file = ".";
    EXPECT_EQ(problems_of(load_config(space.inputs)), ".: the configuration file is a folder\n");
}

TEST(FileChoice, RelativePathsStartAtTheFilesFolder)
{
    Workspace space;
    space.write("etc/polyglance.yaml", token_source);
    space.write("etc/t", "beside-the-file");
    space.inputs.file = "etc/polyglance.yaml";

    const auto config = load_config(space.inputs);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->sources[0].auth.token.reveal(), "beside-the-file");
}

TEST(Document, JsonAndByteOrderMarkAreFine)
{
    Workspace space;

    const auto config = space.load("\xEF\xBB\xBF{\"cache\": {\"ttl\": \"10s\"}}");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->cache.ttl, 10s);
}

TEST(Document, OtherEncodingsAndHugeFilesAreRefused)
{
    Workspace space;

    EXPECT_EQ(problems_of(space.load(std::string_view("\xFF\xFE{\0", 4))), "polyglance.yaml: must be UTF-8 text\n");
    EXPECT_EQ(problems_of(space.load(std::string_view("a: \0", 4))), "polyglance.yaml: must be UTF-8 text\n");
    EXPECT_EQ(problems_of(space.load(std::string((4U << 20) + 1, '#'))),
              "polyglance.yaml: the configuration file is larger than 4096 KiB\n");
}

TEST(Document, AllProblemsComeAtOnceUpToABound)
{
    Workspace space;
    std::string text = "server: {threads: x}\ncache: {ttl: x}\nlog: {level: x}\n";
    EXPECT_EQ(space.load(text).error().size(), 3U);

    for (int i = 0; i < 1000; ++i) {
        text += "k" + std::to_string(i) + ": 1\n";
    }
    const auto many = space.load(text);
    EXPECT_EQ(many.error().size(), 201U);
    EXPECT_EQ(many.error().back().to_string(), "803 more problems are not shown");
}

TEST(Document, ProblemReadsAsOneLine)
{
    const ConfigProblem problem{"polyglance.yaml:12", "/sources/2/tll", "unknown key", "ttl"};

    EXPECT_EQ(problem.to_string(), "polyglance.yaml:12: /sources/2/tll: unknown key; did you mean 'ttl'?");
}

TEST(ProcessInputs, HoldTheEnvironment)
{
    const auto inputs = inputs_of_process();

    EXPECT_TRUE(std::filesystem::path(inputs.working_directory).is_absolute());
    EXPECT_TRUE(std::any_of(inputs.environment.begin(), inputs.environment.end(),
                            [](const auto& variable) { return variable.first == "PATH"; }));
}

} // namespace
} // namespace polyglance::test
