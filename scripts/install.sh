#!/usr/bin/env bash
# Installs the Debian packages that are missing, and nothing else. Quick when none is.
# No system service is started and no main PostgreSQL cluster is made: Mailout runs private servers.
# Usage: scripts/install.sh [extra package ...]
set -euo pipefail

packages=(
  librabbitmq-dev libpq-dev libcurl4-openssl-dev libmicrohttpd-dev libsodium-dev libphonenumber-dev # C libraries of the drivers
  libcjose-dev libjansson-dev libssl-dev pkg-config
  postgresql postgresql-client rabbitmq-server supervisor # servers and their supervision
  python3 ca-certificates tzdata
  "$@"
)

installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
missing=()
for package in "${packages[@]}"; do
  grep -qx "installed $package" <<<"$installed" || missing+=("$package")
done

command -v swift >/dev/null || echo "install: swift is not in PATH; Mailout needs the Swift 6.3 toolchain (https://swift.org/install)" >&2

if [[ ${#missing[@]} -eq 0 ]]; then
  echo "install: nothing is missing (${#packages[@]} packages checked)"
  exit 0
fi
echo "install: adding ${missing[*]} by apt"

as_root=(env DEBIAN_FRONTEND=noninteractive)
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || {
    echo "install: needs root or sudo for: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
fi
has() { local wanted=$1; [[ " ${missing[*]} " == *" $wanted "* ]]; }
apt_install() {
  "${as_root[@]}" apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1 && return 0
  # The package lists may be absent or old: fetch them once, then try again.
  if ! "${as_root[@]}" apt-get update -q >>"$log" 2>&1 ||
    ! "${as_root[@]}" apt-get install -y -q --no-install-recommends "$@" >>"$log" 2>&1; then
    tail -n 30 "$log" >&2
    exit 1
  fi
}

# While packages are set up, invoke-rc.d asks this file whether a service may start: no.
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.conf
log=$(mktemp)
made_policy=no
kept=
restore() {
  [[ $made_policy == no ]] || "${as_root[@]}" rm -f "$policy"
  [[ -z $kept ]] || "${as_root[@]}" mv "$kept" "$cluster"
  rm -f "$log"
}
trap restore EXIT
if [[ ! -e $policy ]]; then
  made_policy=yes
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" sh -c "cat >$policy && chmod 755 $policy"
fi
if has postgresql; then
  apt_install postgresql-common
  kept=$cluster.before-mailout
  "${as_root[@]}" cp -p "$cluster" "$kept"
  "${as_root[@]}" sed -i -E 's/^#? ?create_main_cluster.*/create_main_cluster = false/' "$cluster"
fi
apt_install "${missing[@]}"

# What this run installed must not start at the next boot either; what was here before is left as it was.
if command -v systemctl >/dev/null; then
  for service in postgresql rabbitmq-server supervisor; do
    if has "$service"; then
      "${as_root[@]}" systemctl --quiet disable "$service" >/dev/null 2>&1 || true
    fi
  done
fi
