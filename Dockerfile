# docker build --build-arg VERSION="$(git describe --tags --always)" -t gatehouse .

FROM node:22-bookworm-slim AS packages
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=packages /src/node_modules ./node_modules
ARG VERSION=dev
# A cached layer of packages may be older than the checkout: it is current all the same.
RUN touch node_modules/.package-lock.json && make build VERSION="$VERSION"
# libchdb is not published for every platform; without it the image needs GATEHOUSE_CLICKHOUSE.
RUN mkdir lib && find node_modules/@chdb -name libchdb.so -exec cp {} lib/ ';' || true

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tzdata wget \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/gatehouse gatehouse \
 && install -d -m 0700 -o gatehouse -g gatehouse /var/lib/gatehouse
COPY --from=build /src/lib/ /usr/local/lib/gatehouse/
COPY --from=build /src/bin/gatehouse /usr/local/bin/gatehouse
USER gatehouse
ENV GATEHOUSE_DATA=/var/lib/gatehouse GATEHOUSE_LISTEN=0.0.0.0:8080
VOLUME /var/lib/gatehouse
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD wget -q -O /dev/null http://127.0.0.1:8080/healthz || exit 1
ENTRYPOINT ["gatehouse"]
CMD ["serve"]
