#include "tests/cache/redis/store_bench.hpp"

#include <string>

namespace polyglance::test {

StoredSnapshot sample_snapshot(std::size_t images, std::string_view flavour)
{
    SnapshotBuilder builder(sample_identity);
    for (std::size_t i = 0; i < images; ++i) {
        const std::string number = std::to_string(i);
        Image image;
        image.native_id = "镜像/" + number;
        image.name = "华为云 CentOS 7." + number + " 公共镜像" + std::string(flavour);
        image.description = "带\"引号\"、反斜杠\\与换行\n的说明 " + number;
        image.status = i % 3 == 0 ? Status::active : Status::queued;
        image.os.distro = "centos";
        image.min_disk_gib = static_cast<std::int64_t>(i % 100);
        image.tags = {"中文", "tag-" + number};
        image.created_at = *parse_timestamp("2026-01-01T00:00:00Z") + std::chrono::seconds{i};
        image.properties = {
            {"__os_feature_list", R"({"v":")" + std::string(700, static_cast<char>('a' + i % 26)) + "\"}"}};
        builder.add(image);
    }
    const auto fetched_at = *parse_timestamp("2026-02-03T04:05:06.789012Z");
    return {builder.finish(), fetched_at, fetched_at + std::chrono::minutes{1}, 7};
}

} // namespace polyglance::test
