#!/usr/bin/env bash
# Microsoft's clients in other languages against the program: scripts/test-other-clients.sh [python] [go] [az]
# Not part of continuous integration: each needs its toolchain (python3, go), and once installs or builds up to a
# gigabyte of packages, below node_modules/.cache.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
clients=$PWD/test/other-clients
cache=$PWD/node_modules/.cache/other-clients
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install_packages() {
  [ -d "$cache/$1" ] || python3 -m venv "$cache/$1" || return
  "$cache/$1/bin/pip" install --quiet --disable-pip-version-check -r "$clients/$1/requirements.txt"
}

prepare() {
  case $1 in
    python | az) install_packages "$1" ;;
    go) (cd "$clients/go" && go build -o "$cache/go/approve-connection" .) ;;
    *) echo "There is no client $1." >&2 && return 1 ;;
  esac
}

run() {
  case $1 in
    python) "$cache/python/bin/python" "$clients/python/approve_connection.py" ;;
    az) PATH=$cache/az/bin:$PATH "$clients/az/approve-connection.sh" ;;
    go) "$cache/go/approve-connection" ;;
  esac
}

greeted() {
  sed -n "s/^ *$1  *//p" "$work/greeting"
}

# Has a client work on a program of its own. Each ends with the connection's status.
try() {
  rm -rf "$work/data"
  node bin/cuprite.js start --demo --retired-skus --port 0 --data-dir "$work/data" --timing "$2" --log-level warn >"$work/greeting" &
  local program=$!
  until grep -q "Ctrl+C" "$work/greeting"; do
    kill -0 "$program" || return
    sleep 0.1
  done
  (
    CUPRITE_ORIGIN=$(greeted "Resource Manager")
    SSL_CERT_FILE=$(greeted "CA certificate")
    IDENTITY_ENDPOINT=$(greeted "Managed identity")/metadata/identity/oauth2/token
    export CUPRITE_ORIGIN SSL_CERT_FILE IDENTITY_ENDPOINT
    export REQUESTS_CA_BUNDLE=$SSL_CERT_FILE IDENTITY_HEADER=any
    run "$1"
  ) | tee "$work/output"
  local code=$?
  kill "$program" && wait "$program" && [ $code -eq 0 ] && [[ $(tail -n 1 "$work/output") == "Connection: Approved" ]]
}

[ $# -gt 0 ] || set -- python go az
failed=0
for client in "$@"; do
  echo "=== $client"
  prepare "$client" || failed=1
  for timing in instant 200; do
    echo "--- --timing $timing"
    try "$client" "$timing" || { echo "failed: $client under --timing $timing" && failed=1; }
  done
done
exit $failed
