# Build stage: everything from Debian's packages.
FROM debian:bookworm-slim AS build
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      clang-19 lld-19 cmake ninja-build pkg-config ca-certificates \
      libssl-dev zlib1g-dev libzstd-dev libhiredis-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libfmt-dev \
      libspdlog-dev prometheus-cpp-dev libutf8proc-dev libxxhash-dev libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
WORKDIR /src
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY model model
COPY config config
COPY adapters adapters
COPY cache cache
COPY proxy proxy
ARG COMMIT=unknown
RUN cmake --preset release -DPOLYGLANCE_TESTS=OFF -DPOLYGLANCE_COMMIT=${COMMIT} \
 && cmake --build build/release --target polyglance
# The image holds the program, the libraries it names, the public certificates and one user: no shell, no package tools.
RUN mkdir -p /image/usr/local/bin /image/usr/lib/ssl /image/etc/polyglance \
 && cp build/release/polyglance /image/usr/local/bin/ \
 && strip --strip-debug /image/usr/local/bin/polyglance \
 && ldd build/release/polyglance | grep -o '/[^ ]*' | xargs -I{} cp -L --parents {} /image \
 && cp /etc/ssl/certs/ca-certificates.crt /image/usr/lib/ssl/cert.pem \
 && echo 'polyglance:x:10001:10001::/:' > /image/etc/passwd \
 && echo 'polyglance:x:10001:' > /image/etc/group

FROM scratch
COPY --from=build /image /
USER 10001:10001
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=6s --start-period=15s CMD ["/usr/local/bin/polyglance", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/polyglance"]
CMD ["serve"]
