#include "tests/support/http_call.hpp"

#include <stdexcept>

#include "tests/support/raw_client.hpp"

namespace polyglance::test {

HttpAnswer call(std::uint16_t port, std::string_view method, std::string_view target, const HttpHeaders& headers)
{
    RawClient client(port, std::chrono::seconds{60});
    if (method == "HEAD") {
        client.expect_no_body(0);
    }
    std::string request;
    request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (const auto& [name, value] : headers) {
        request.append(name).append(": ").append(value).append("\r\n");
    }
    client.send(request + "\r\n");
    auto answers = client.read_all();
    if (answers.size() != 1) {
        throw std::runtime_error("no whole answer: " + client.wire().substr(0, 200));
    }
    return std::move(answers.front());
}

} // namespace polyglance::test
