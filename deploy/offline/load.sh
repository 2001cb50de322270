#!/usr/bin/env bash
# Brings a release archive onto a host without a registry: checks it, unpacks it, loads its images.
#
#   load.sh jianyi-0.1.0.tar.gz [FOLDER]        unpacks into FOLDER (here by default)
#   ./load.sh                                   in the unpacked folder: checks and loads only
set -euo pipefail

fail() { echo "load: $*" >&2; exit 65; }
docker info >/dev/null 2>&1 || { echo 'load: the Docker engine does not answer' >&2; exit 69; }

if [ $# -gt 0 ]; then
    archive=$(realpath "$1")
    [ -f "$archive" ] || { echo "load: $1 is not there" >&2; exit 66; }
    if [ -f "$archive.sha256" ]; then
        (cd "$(dirname "$archive")" && sha256sum --check --quiet "$archive.sha256") || fail 'the archive was damaged on its way'
    fi
    folder=${2:-.}
    mkdir -p "$folder"
    tar -C "$folder" -xzf "$archive"
    # The archive holds one folder of its own name.
    cd "$folder/$(basename "$archive" .tar.gz)"
else
    cd "$(dirname "$0")"
fi
[ -f SHA256SUMS ] || fail 'this is no release: SHA256SUMS is missing'
sha256sum --check --quiet SHA256SUMS || fail 'a file was damaged on its way'
docker load --quiet --input images.tar
echo "load: done; next: cd $PWD && docker compose up --detach --wait --no-build" >&2
