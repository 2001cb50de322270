#!/usr/bin/env bash
# The stories in a real browser against a real system of this source tree, each service a process of its own.
# Installs what it needs: packages by npm, Chromium and its Chinese fonts by apt where that may be done.
# Usage: services/console/e2e/run.sh [what playwright takes, e.g. the name of a story]
set -euo pipefail
cd "$(dirname "$0")"
root="$(cd ../../.. && pwd)"
profile="${JIANYI_PROFILE:-debug}"

browser() {
    for name in "${JIANYI_CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}
if ! browser >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
fi
if ! JIANYI_CHROMIUM="$(browser)"; then
    echo 'Chromium is needed and could not be installed.' >&2
    exit 69
fi
if ! command -v node >/dev/null 2>&1; then
    echo 'Node.js 20 or newer is needed.' >&2
    exit 69
fi
npm ci --silent --no-audit --no-fund
[ -d ../node_modules ] || npm --prefix .. ci --silent --no-audit --no-fund
npm --prefix .. run --silent build
npx tsc --noEmit

if [ "$profile" = release ]; then
    cargo build --quiet --locked --release --manifest-path "$root/Cargo.toml" -p jianyi-standalone
else
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p jianyi-standalone
fi
target="${CARGO_TARGET_DIR:-$root/target}"
JIANYI_BIN="$target/$profile/jianyi"
work="$(mktemp -d)"
JIANYI_DATA_DIR="$work/data"
JIANYI_ACCOUNTS="$work/up.log"
system=
stop() {
    [ -z "$system" ] || { kill -INT "$system" 2>/dev/null && wait "$system" || true; }
    rm -rf "$work"
}
trap stop EXIT

began=$(date +%s%N)
(cd "$root" && exec "$JIANYI_BIN" up --processes --port-base 0 --console "$root/services/console/dist" --data-dir "$JIANYI_DATA_DIR") >"$JIANYI_ACCOUNTS" 2>"$work/errors.log" &
system=$!
address() { sed -n 's/^  控制台 \(http[^/]*:\/\/[^/]*\)\/.*/\1/p' "$JIANYI_ACCOUNTS" | head -n 1; }
for _ in $(seq 600); do
    [ -z "$(address)" ] || break
    if ! kill -0 "$system" 2>/dev/null; then
        cat "$work/errors.log" >&2
        exit 1
    fi
    sleep 0.2
done
JIANYI_URL="$(address)"
until [ "$(curl -s -o /dev/null -w '%{http_code}' "$JIANYI_URL/")" = 200 ]; do sleep 0.1; done
echo "a usable page after $(( ($(date +%s%N) - began) / 1000000 )) ms, the record loaded meanwhile"
"$JIANYI_BIN" synth --people "${JIANYI_PEOPLE:-200}" --seed 7 --data-dir "$JIANYI_DATA_DIR" >/dev/null 2>&1

export JIANYI_URL JIANYI_ACCOUNTS JIANYI_BIN JIANYI_DATA_DIR JIANYI_CHROMIUM
npx playwright test "$@"
