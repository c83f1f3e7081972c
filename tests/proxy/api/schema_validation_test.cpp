#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "proxy/api/schemas.hpp"
#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

/// A folder of its own for each test, gone afterwards.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "polyglance-XXXXXX").string();
        path_ = mkdtemp(name.data()) != nullptr ? name : "";
    }
    ~Folder() { std::filesystem::remove_all(path_); }

    void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
    int validate() const
    {
        const std::string script = POLYGLANCE_FIXTURES "/../proxy/api/validate_answers.py";
        return std::system(("python3 '" + script + "' '" + path_.string() + "' >/dev/null").c_str());
    }

private:
    std::filesystem::path path_;
};

Image rich_image()
{
    auto image = an_image("镜像/1", "中文 \"name\"");
    image.alt_ids = {{"ecs_image_id", "m-1"}};
    image.visibility = Visibility::public_;
    image.is_protected = true;
    image.hidden = true;
    image.os = {OsFamily::linux, "ubuntu", "22.04", "Ubuntu 22.04 64bit", 64};
    image.architecture = Architecture::x86_64;
    image.size_bytes = 9'007'199'254'740'993;
    image.checksum = Checksum{"md5", "0123"};
    image.capabilities = Capabilities{{"kvm", true}, {"note", "x"}};
    image.tags = std::vector<std::string>{"a", "b"};
    image.links = {{"self", "/v2/images/1", std::nullopt}, {"file", "x", "text/plain"}};
    image.properties = {{"anything", R"({"deep":[1,null,"x"]})"}};
    image.inferred = {"architecture"};
    return image;
}

/// Answers of every shape, judged by a validator that is not ours.
TEST(Schemas, RealAnswersMeetThePublishedSchemas)
{
    if (std::system("python3 -c 'import jsonschema' >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "needs Python's jsonschema (Debian: python3-jsonschema)";
    }
    const Folder folder;
    ApiHarness api;
    auto bare = a_source("bare", Provider::batchcompute);
    bare.provides = {"name"};
    bare.region.reset();
    api.configure({a_source("a"), a_source("b"), bare, a_source("off")});
    api.publish("a", {rich_image(), an_image("2", "two")});
    api.change("off", [](SourceStatus& status) { status.disabled = true; });
    api.fail("b", ErrorClass::throttled);
    const auto add = [&](const std::string& name, const std::string& target) {
        folder.write(name + ".json", api.get(target).body);
    };

    for (const auto* schema : {"image", "images", "problem"}) {
        add(std::string(schema) + ".schema", "/v1/schemas/" + std::string(schema));
    }
    add("images.mixed", "/v1/images?limit=1&status=active");
    add("images.full", "/v1/images?view=full&source=a");
    add("images.bare", "/v1/images?fields=name,os.distro&count=none&omit_null=1");
    add("images.pending", "/v1/images?unknown=include&status=active&wait_ms=0");
    folder.write("image.full.json", api.get("/v1/images/a~2").json()["image"].dump());
    folder.write("image.rich.json", api.get("/v1/images?source=a&view=full").json()["images"][0].dump());
    add("problem.faults", "/v1/images?limit=0&sort-key=1");
    add("problem.failed", "/v1/images?source=b");
    add("problem.missing", "/v1/images/a~nosuch");

    EXPECT_EQ(folder.validate(), 0);
}

TEST(Schemas, OtherAnswersMeetTheirComponents)
{
    if (std::system("python3 -c 'import jsonschema' >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "needs Python's jsonschema (Debian: python3-jsonschema)";
    }
    const Folder folder;
    ApiHarness api;
    api.configure({a_source("a"), a_source("b")});
    api.publish("a", {rich_image()});
    api.fail("b", ErrorClass::config);
    const std::vector<std::pair<std::string, std::string>> answers{
        {"ImageAnswer", "/v1/images/a~%E9%95%9C%E5%83%8F%2F1"},
        {"Source", "/v1/sources/b"},
        {"SourceList", "/v1/sources"},
        {"Provider", "/v1/providers/nova"},
        {"ProviderList", "/v1/providers"},
        {"ProblemMeaning", "/problems/incomplete"},
        {"Version", "/version"},
        {"Index", "/"}};

    for (const auto& [component, target] : answers) {
        folder.write(component + ".schema.json", schema_document(component, "/" + component));
        folder.write(component + ".answer.json", api.get(target).body);
    }

    EXPECT_EQ(folder.validate(), 0);
}

} // namespace
} // namespace polyglance::test
