#include "tests/support/fixture.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace polyglance::test {

std::string fixture(std::string_view name)
{
    const std::string path = std::string(POLYGLANCE_FIXTURES) + "/" + std::string(name);
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("no fixture " + path);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace polyglance::test
