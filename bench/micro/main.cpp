#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "bench/micro/glance_page.hpp"

std::string polyglance::bench::read_glance_page()
{
    const char* const path = std::getenv("GLANCE_PAGE");
    std::ifstream in(path == nullptr ? "" : path, std::ios::binary);
    std::string page{std::istreambuf_iterator<char>(in), {}};
    if (page.empty()) {
        throw std::runtime_error("GLANCE_PAGE must name a page of images; ./dev bench writes one");
    }
    return page;
}

int main(int count, char** arguments)
{
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
