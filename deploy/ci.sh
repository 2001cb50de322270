#!/usr/bin/env bash
# The gate's container stage: an engine if one runs or can be started, the images it takes, and deploy/smoke.sh.
# Where that cannot be had it says why, and the gate goes on; what runs and fails, fails the gate.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "containers: SKIPPED ($*)"; exit 0; }

command -v docker >/dev/null 2>&1 || skip 'there is no docker command'
if ! docker info >/dev/null 2>&1; then
    command -v dockerd >/dev/null 2>&1 || skip 'no Docker engine answers, and dockerd is not installed'
    [ "$(id -u)" = 0 ] || skip 'no Docker engine answers, and only root starts one'
    folder=$PWD/target/docker
    mkdir -p "$folder"
    dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" >"$folder/log" 2>&1 &
    engine=$!
    # Only what was started here is stopped.
    trap 'kill "$engine" 2>/dev/null; wait "$engine" 2>/dev/null || true' EXIT
    for _ in $(seq 60); do
        docker info >/dev/null 2>&1 && break
        kill -0 "$engine" 2>/dev/null || break
        sleep 0.5
    done
    docker info >/dev/null 2>&1 || skip "dockerd does not start: $(tail -n 1 "$folder/log")"
fi
if docker compose version >/dev/null 2>&1; then
    export COMPOSE='docker compose'
elif command -v docker-compose >/dev/null 2>&1; then
    export COMPOSE=docker-compose
else
    skip 'there is neither docker compose nor docker-compose'
fi
docker buildx version >/dev/null 2>&1 || skip 'docker buildx is missing, and the images are built with its caches'

# Named by the compose file and the Dockerfile; from the registry where there is one, else built here.
for image in debian:trixie-slim postgres:17-trixie nats:2.12-alpine rust:1.95-trixie node:22-trixie-slim; do
    docker image inspect "$image" >/dev/null 2>&1 || timeout 120 docker pull --quiet "$image" >/dev/null 2>&1 || missing=yes
done
if [ "${missing:-no}" = yes ]; then
    deploy/offline/build-images.sh || skip 'the base images can be neither pulled nor built'
fi
# After an edit the build takes minutes; the first on a machine compiles everything, and what it got done is kept for the
# next. A gate does not wait for that.
export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
limit=${CONTAINER_BUILD_SECONDS:-720}
built=0
timeout "$limit" $COMPOSE build || built=$?
[ "$built" != 124 ] || skip "the images are not built within $limit s; the next run goes on from there, or set CONTAINER_BUILD_SECONDS"
[ "$built" = 0 ] || exit "$built"
timeout --foreground "${CONTAINER_STAGE_SECONDS:-900}" deploy/smoke.sh
