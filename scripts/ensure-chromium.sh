#!/usr/bin/env bash
# Makes sure of what the browser tests need: Chromium, and certutil to have it trust a certificate authority.
# Installs them on Debian and Ubuntu when root; elsewhere says what is missing.
set -euo pipefail

missing=()
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
command -v certutil >/dev/null || missing+=(libnss3-tools)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} …" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
else
  echo "The browser tests need ${missing[*]} (Debian's names): install them, and set CHROMIUM to the browser's path if it is not /usr/bin/chromium." >&2
  exit 1
fi
