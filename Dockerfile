# The program alone, for CI systems that run containers:
#   docker build -t sailplan:0.1.0 .
#   docker run --rm -v "$PWD:/work" --user "$(id -u)" sailplan:0.1.0 check
FROM rust:1-alpine AS build
ARG TARGETARCH
ARG SAILPLAN_COMMIT
RUN apk add --no-cache musl-dev make cmake
WORKDIR /src
COPY . .
RUN cargo build --release --locked && install -D target/release/sailplan "/binaries/$TARGETARCH/sailplan"

FROM scratch
ARG TARGETARCH
COPY --from=build /binaries/$TARGETARCH/sailplan /usr/local/bin/sailplan
ENV PATH=/usr/local/bin
WORKDIR /work
USER 65532
ENTRYPOINT ["sailplan"]
