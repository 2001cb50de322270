#!/usr/bin/env bash
# The containers' own test: everything up, a story through the gateway's published port, a county cut off while both
# sides go on writing, healed, compared; and down again.
#
#   deploy/smoke.sh               with the images that are there (docker compose build, deploy/offline/load.sh)
#   deploy/smoke.sh --build       builds them first
#   deploy/smoke.sh --keep        leaves it running
#   SMOKE_WRITES=4500 deploy/smoke.sh   so many writes at the county while it is cut off (300), as fast as it takes them
#   SMOKE_CUT_SECONDS=600 SMOKE_WRITES=90000 deploy/smoke.sh   the same spread over so long a cut
#
# Works with compose v2 and docker-compose 1.29 (COMPOSE='docker-compose'). Runs as a project of its own beside others.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${COMPOSE:-}" ]; then
    if docker compose version >/dev/null 2>&1; then COMPOSE='docker compose'; else COMPOSE=docker-compose; fi
fi
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-jianyi-smoke}
export JIANYI_PORT=${JIANYI_PORT:-18640} JIANYI_LEAF_PORT=${JIANYI_LEAF_PORT:-17422}
export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
version=${JIANYI_VERSION:-0.1.0}
county=410621
patience=${SMOKE_PATIENCE:-180}
writes=${SMOKE_WRITES:-300}
cut_seconds=${SMOKE_CUT_SECONDS:-0}
work=$(mktemp -d)
export JIANYI_OUT=$work/out
keep=no
build=no
for argument in "$@"; do
    case "$argument" in
    --keep) keep=yes ;;
    --build) build=yes ;;
    *) echo "usage: $0 [--build] [--keep]" >&2; exit 64 ;;
    esac
done

began=$SECONDS
say() { printf '%4d s  %s\n' "$((SECONDS - began))" "$*"; }
compose() { $COMPOSE "$@"; }
end() {
    code=$?
    if [ $code != 0 ]; then
        say 'failed; the last words of the containers:'
        compose ps 2>&1 | tail -n 40 || true
        compose logs --tail 15 2>&1 | tail -n 200 || true
    fi
    if [ $keep = no ]; then
        compose down --volumes --remove-orphans --timeout 10 >/dev/null 2>&1 || true
        say 'down'
    fi
    rm -rf "$work"
    exit $code
}
trap end EXIT
fail() { say "FAILED: $*"; exit 1; }

# Runs until it succeeds, not longer than patience.
eventually() {
    local until=$((SECONDS + patience))
    until "$@" >"$work/last" 2>&1; do
        [ $SECONDS -lt $until ] || { cat "$work/last"; fail "not within $patience s: $*"; }
        sleep 0.5
    done
}

# The command line as a client of the published port, on the host's own network.
outside() {
    docker run --rm --network host --user 0:0 -e JIANYI_DATA_DIR=/run/jianyi -v "${COMPOSE_PROJECT_NAME}_site:/run/jianyi:ro" \
        -v "$work/record:/record:ro" "jianyi/jianyi:$version" "$@" --gateway "https://127.0.0.1:$JIANYI_PORT" --ca /run/jianyi/front-ca.pem
}
# The same at the county office: through its own gateway, from its own network, as the county's own operator, whom
# the county's own identity lets in.
office() {
    docker run --rm --network "${COMPOSE_PROJECT_NAME}_county-$county" --user 0:0 -e JIANYI_DATA_DIR=/run/jianyi \
        -v "${COMPOSE_PROJECT_NAME}_site-$county:/run/jianyi:ro" -v "$work/record:/record:ro" "jianyi/jianyi:$version" "$@"
}
# Through its front door with a token of the city, whose keys the county knows also while it is cut off.
front() { office "$@" --gateway https://gateway:8640 --ca /run/jianyi/front-ca.pem; }
token() { compose run --rm -T tools token "$@" --ttl 3600; }

# A record of organisations: $1 is its name, then codes of their divisions.
record() {
    local name=$1 code number=0
    shift
    rm -rf "$work/record" && mkdir -p "$work/record"
    printf '[record]\nid = "%s"\ncity = "410600"\nyear = 2024\ntitle = "演练"\n' "$name" >"$work/record/00-record.toml"
    for code in "$@"; do
        number=$((number + 1))
        printf '\n[[member.OrgUnit]]\nkey = "unit-%s"\nsource = ["smoke"]\nlocation = ["%s"]\n' "$number" "$number"
        [ "$code" = 410600 ] || printf 'county = "%s"\n' "$code"
        printf 'kind = "VOLUNTEER_TEAM"\ndisplay_name = "%s 演练 %s 第 %s 义警队"\n' "$code" "$name" "$number"
    done >"$work/record/01-member.toml"
    chmod -R a+rX "$work"
}
# The ids of a county's events as a gateway shows them, in its order.
ids() {
    local where=$1 token=$2
    $where events --from-start --contexts member --divisions "$county" --token "$token" |
        sed -n 's/.*"id":"\([^"]*\)".*/\1/p'
}

mkdir -p "$JIANYI_OUT"
if [ $build = yes ]; then
    say 'building'
    compose build
fi
compose down --volumes --remove-orphans --timeout 5 >/dev/null 2>&1 || true

say 'up'
started=$SECONDS
compose up --detach --no-build >"$work/up" 2>&1 || { cat "$work/up"; fail 'compose up'; }
# The engine is asked: compose 1.29 names the services of profiles that are not wanted too.
services=$(docker ps --all --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --format '{{.Label "com.docker.compose.service"}}' |
    grep -v -e '^tools$' -e '^init$' -e '^migrate' -e '^invite' -e '^join' | sort)
healthy() {
    local service id
    for service in $services; do
        id=$(compose ps -q "$service")
        [ "$(docker inspect --format '{{.State.Health.Status}}' "$id")" = healthy ] || { echo "$service is not healthy"; return 1; }
    done
}
eventually healthy
say "healthy: $(wc -w <<<"$services") services, $((SECONDS - started)) s after up"

docker run --rm -v "${COMPOSE_PROJECT_NAME}_site:/run/jianyi:ro" --entrypoint /bin/cat "jianyi/jianyi:$version" /run/jianyi/front-ca.pem >"$work/ca.pem"
curl --silent --fail --cacert "$work/ca.pem" "https://127.0.0.1:$JIANYI_PORT/healthz" >"$work/healthz" || fail 'healthz on the published port'
say "healthz: $(cat "$work/healthz")"
eventually compose run --rm -T tools status
say 'status: every service, and both counties through the bus'
compose run --rm -T tools status

oversight=$(token --role OVERSIGHT --division 410600)

say 'a story through the published port: the city and both counties'
record before 410600 410621 410621 410622
outside load /record || fail 'the record is refused'

say "cut: $county"
bus=$(compose ps -q nats-$county)
docker network disconnect "${COMPOSE_PROJECT_NAME}_link-$county" "$bus"
alone() { ! compose run --rm -T tools status; }
eventually alone
say 'the city sees that the county does not answer'
writing=$SECONDS
# The county's own identity lets its operator in. One load after the other, each in its part of the time.
parts=$((cut_seconds / 10))
[ $parts -gt 0 ] || parts=1
for ((part = 0; part < parts; part++)); do
    many=$(((writes - 2) * (part + 1) / parts - (writes - 2) * part / parts))
    record "island-part-$part" $(for ((i = 0; i < many; i++)); do echo $county; done)
    office load /record >"$work/loaded" 2>&1 || { cat "$work/loaded"; fail 'the county cannot write while it is cut off'; }
    rest=$((writing + cut_seconds * (part + 1) / parts - SECONDS))
    [ $rest -le 0 ] || sleep $rest
done
record island-2 410621 410621
office load /record || fail 'the county cannot write twice while it is cut off'
say "the county goes on writing by itself: $writes in $((SECONDS - writing)) s"
record meanwhile 410600 410622 410622
outside load /record || fail 'the city cannot write while a county is cut off'
say 'and the city and the other county: 3'

docker network connect "${COMPOSE_PROJECT_NAME}_link-$county" "$bus"
healed=$SECONDS
ids front "$oversight" >"$work/there"
[ "$(wc -l <"$work/there")" = $((writes + 2)) ] || fail "the county has $(wc -l <"$work/there") events of its own, not $((writes + 2))"
same() { ids outside "$oversight" >"$work/here" && cmp "$work/there" "$work/here"; }
eventually same
[ -z "$(sort "$work/here" | uniq -d)" ] || fail 'an event came twice'
say "healed: all $(wc -l <"$work/here") events of $county are at the city, in the county's order, none twice, $((SECONDS - healed)) s after the link was back"
eventually compose run --rm -T tools status
outside report annual --year 2024 --token "$oversight" >/dev/null || fail 'no report'

say 'a county is added while everything runs, and removed'
compose run --rm -T tools county add 410611 --out /out/410611.tar >"$work/code"
tar -tf "$JIANYI_OUT/410611.tar" | sort | tr '\n' ' '; echo
compose run --rm -T tools county list
compose run --rm -T tools county remove 410611
compose run --rm -T tools site certificates >"$work/certificates" || fail 'a new certificate ends soon'

say 'memory'
docker stats --no-stream --format '{{.Name}}\t{{.MemUsage}}' $(compose ps -q) | sort

say 'stopping each on SIGTERM'
# As compose does it: what others lean on last.
for service in $(grep -v -e '^nats' -e '^postgres' <<<"$services") $(grep -e '^nats' -e '^postgres' <<<"$services"); do
    id=$(compose ps -q "$service")
    at=$(date +%s%N)
    docker stop --time 20 "$id" >/dev/null
    printf '        %-18s %5d ms, exit %s\n' "$service" $((($(date +%s%N) - at) / 1000000)) "$(docker inspect --format '{{.State.ExitCode}}' "$id")"
done
say 'done'
