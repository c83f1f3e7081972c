# Build stage: everything from Debian's packages. A release is pinned by its base alone: with BASE=debian@sha256:... and
# PINNED=1 all packages are those of the archive snapshot that the base image itself was made from, and names in its list
# of sources; versions and hashes are what the signed index of that snapshot says.
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS build
ARG PINNED=
RUN if [ -n "$PINNED" ]; then \
      sed -i -E '/^# http.*[0-9]{8}T[0-9]{6}Z$/{s/^# /URIs: /;n;/^URIs:/d}' /etc/apt/sources.list.d/debian.sources \
      && grep -q '^URIs: .*T[0-9]*Z$' /etc/apt/sources.list.d/debian.sources \
      && echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/pinned; fi \
 && apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      clang-19 lld-19 cmake ninja-build pkg-config ca-certificates python3 \
      libssl-dev zlib1g-dev libzstd-dev libhiredis-dev libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libfmt-dev \
      prometheus-cpp-dev libutf8proc-dev libxxhash-dev libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
WORKDIR /src
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY model model
COPY config config
COPY adapters adapters
COPY cache cache
COPY proxy proxy
COPY deploy/sbom.py deploy/
# The same commit, time of it and packages give the same program, byte for byte: ./dev reproduce.
ARG COMMIT=unknown
ARG SOURCE_DATE_EPOCH=
RUN cmake --preset release -DPOLYGLANCE_TESTS=OFF -DPOLYGLANCE_COMMIT=${COMMIT} \
 && cmake --build build/release --target polyglance
# The image holds the program, the libraries it names, the list of what it is made of with the licences' texts, the public
# certificates and one user: no shell, no package tools.
RUN mkdir -p /image/usr/local/bin /image/usr/lib/ssl /image/etc/polyglance /image/usr/share/doc/polyglance \
 && strip --strip-debug build/release/polyglance \
 && cp build/release/polyglance /image/usr/local/bin/ \
 && python3 deploy/sbom.py build/release build/release/polyglance /image/usr/share/doc/polyglance/polyglance.cdx.json \
      /image/usr/share/doc/polyglance/licences \
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
