#!/usr/bin/env bash
# Tries this checkout's last commit as a newcomer would: on a bare Debian 12 in a folder, with nothing
# installed and nothing cached. Needs root, debootstrap and 6 GB of disk.
# Usage: tools/fresh-machine.sh [--keep] [COMMAND...]      default: "./dev demo" "./dev test"
#   --keep   leave the folder there, and say where, to look around in it
# Packages come from the mirrors, and with the certificates, that this machine itself uses.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  printf 'fresh-machine: error: %s\n' "$*" >&2
  exit 1
}

# The mirror of Debian 12 that apt uses here.
mirror() {
  # shellcheck disable=SC2016 # apt-get fills in $(REPO_URI), not the shell
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' | head -n 1
}

# copy_settings: how this machine reaches the mirrors: sources, proxies, certificates, names
copy_settings() {
  local folder file
  rm -f "$machine/etc/apt/sources.list"
  for folder in /etc/apt/sources.list.d /etc/apt/apt.conf.d /usr/local/share/ca-certificates; do
    mkdir -p "$machine$folder"
    [ ! -d "$folder" ] || cp -r "$folder/." "$machine$folder/"
  done
  for file in /etc/apt/sources.list /etc/resolv.conf /etc/pip.conf; do
    [ ! -f "$file" ] || cp "$file" "$machine$file"
  done
}

# enter COMMAND: runs it in the new machine's checkout with a bare environment. The mounts live in a
# name space of their own, so nothing is left mounted whatever happens.
enter() {
  # shellcheck disable=SC2016 # the inner shells expand these
  unshare --mount --propagation private bash -euc '
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    exec chroot "$1" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CI=true \
      bash -c "cd /vedette && $2"' enter "$machine" "$1"
}

keep=no
[ "${1:-}" != --keep ] || { keep=yes; shift; }
[ $# != 0 ] || set -- "./dev demo" "./dev test"
[ "$(id -u)" = 0 ] || fail "a new root folder can be made by root alone: sudo $0"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"

machine=$(mktemp -d "${TMPDIR:-/tmp}/fresh-machine.XXXXXX")
leave() {
  if [ "$keep" = yes ]; then
    echo "fresh-machine: kept in $machine"
  else
    rm -rf --one-file-system "$machine"
  fi
}
trap leave EXIT

chmod 755 "$machine"
echo "fresh-machine: a bare Debian 12 in $machine"
debootstrap --variant=minbase bookworm "$machine" "$(mirror)" >"$machine.log" 2>&1 || {
  tail -n 20 "$machine.log" >&2
  fail "debootstrap failed; its log is $machine.log"
}
rm -f "$machine.log"
copy_settings
git clone -q "$checkout" "$machine/vedette"
for command in "$@"; do
  echo "fresh-machine: $command"
  SECONDS=0
  enter "$command" || fail "'$command' failed after $SECONDS s on a fresh machine"
  echo "fresh-machine: '$command' took $SECONDS s"
done
