#!/usr/bin/env bash
# A whole release as one archive: every image that the compose files name, the compose files and the documents,
# with checksums inside and beside it.
#
#   deploy/offline/save.sh [FOLDER]       writes FOLDER/jianyi-<version>.tar.gz and .sha256 (here by default)
#
# On the other host: sha256sum -c jianyi-*.sha256, unpack load.sh, and it does the rest.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${JIANYI_VERSION:-0.1.0}
out=$(cd "${1:-.}" && pwd)
name=jianyi-$version
images=()
for part in identity member care donation publicity oversight gateway jianyi; do
    images+=("jianyi/$part:$version")
done
images+=("${JIANYI_POSTGRES_IMAGE:-postgres:17-trixie}" "${JIANYI_NATS_IMAGE:-nats:2.12-alpine}")

# Those of the profile `observability` go along where they are.
while read -r image; do
    if docker image inspect "$image" >/dev/null 2>&1; then images+=("$image"); fi
done < <(sed -n 's/.*image: ${JIANYI_\(COLLECTOR\|PROMETHEUS\|JAEGER\|GRAFANA\)_IMAGE:-\(.*\)}$/\2/p' docker-compose.yml)
for image in "${images[@]}"; do
    docker image inspect "$image" >/dev/null 2>&1 || {
        echo "save: $image is not there; build or pull it first (docker compose build)" >&2
        exit 66
    }
done

work=$(mktemp -d "$out/.save.XXXXXX")
trap 'rm -rf "$work"' EXIT
release="$work/$name"
mkdir -p "$release/deploy"
cp docker-compose.yml .env.example "$release/"
cp -R deploy/county deploy/observability deploy/offline "$release/deploy/"
for document in README.md README.zh-CN.md deploy/README.md deploy/运维手册.md; do
    [ ! -f "$document" ] || cp "$document" "$release/$document"
done
cp deploy/offline/load.sh "$release/load.sh"
docker save --output "$release/images.tar" "${images[@]}"
(cd "$release" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >"$work/sums" && mv "$work/sums" SHA256SUMS)
tar -C "$work" -c "$name" | gzip -1 >"$work/$name.tar.gz"
mv "$work/$name.tar.gz" "$out/"
(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
ls -lh "$out/$name.tar.gz" >&2
