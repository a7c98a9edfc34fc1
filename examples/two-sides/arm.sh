# Calls Azure Resource Manager with curl. Read by walk-through.sh; node does nothing but read JSON.

server="${CUPRITE_ENDPOINT:-https://localhost:8443}"
CUPRITE_DATA_DIR="$(cd "${CUPRITE_DATA_DIR:-$HOME/.cuprite}" && pwd)"
export CUPRITE_DATA_DIR
checkout="$(cd "$(dirname "$0")/../.." && pwd)"
answers="$(mktemp -d)"
trap 'rm -rf "$answers"' EXIT

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# sign_in SIDE USER TENANT: leaves a token and the user's object id in $SIDE_token and $SIDE_object_id.
sign_in() {
  local token
  token="$(cd "$checkout" && npx cuprite token --principal "$2" --tenant "$3")"
  printf -v "$1_token" %s "$token"
  body="$(node -p 'Buffer.from(process.argv[1].split(".")[1], "base64url").toString()' "$token")"
  printf -v "$1_object_id" %s "$(answer it.oid)"
}

# call SIDE METHOD PATH API-VERSION [BODY]: leaves the answer in $status and $body.
call() {
  send "$1" "$2" "$server$3?api-version=$4" "${5:-}"
}

send() {
  local token="$1_token"
  local arguments=(--silent --show-error --cacert "$CUPRITE_DATA_DIR/ca.pem" --request "$2")
  arguments+=(--header "Authorization: Bearer ${!token}")
  if [ -n "$4" ]; then arguments+=(--header "Content-Type: application/json" --data "$4"); fi
  : >"$answers/body"
  arguments+=(--dump-header "$answers/headers" --output "$answers/body" --write-out '%{http_code}' "$3")
  status="$(curl "${arguments[@]}")"
  body="$(cat "$answers/body")"
}

# change SIDE METHOD PATH API-VERSION [BODY]: a call that has to succeed; ends when all is done.
change() {
  call "$@"
  is_done "$1"
}

# is_done SIDE: waits for what the last call began.
is_done() {
  local url
  is_success "$1"
  url="$(header azure-asyncoperation)"
  while [ -n "$url" ]; do
    poll "$1" "$url"
    case "$(answer it.status)" in
      Succeeded) return ;;
      Failed | Canceled) fail "The $1's operation failed: $body" ;;
    esac
  done
  url="$(header location)"
  while [ "$status" = 202 ]; do poll "$1" "$url"; done
}

poll() {
  sleep 1
  send "$1" GET "$2" ""
  is_success "$1"
}

is_success() {
  case "$status" in 2*) ;; *) fail "The $1 was to succeed: $status $body" ;; esac
}

# header NAME: a header of the last answer, or nothing.
header() {
  tr -d '\r' <"$answers/headers" | awk -v name="$1:" 'tolower($1) == name { print $2 }'
}

# answer EXPRESSION: reads $body with a JavaScript expression, in which it is `it`.
answer() {
  printf %s "$body" | node -p "(it => $1)(JSON.parse(require('node:fs').readFileSync(0, 'utf8')))"
}
