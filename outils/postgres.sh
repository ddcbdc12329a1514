#!/usr/bin/env bash
# Runs a command with a private PostgreSQL of its own: `outils/postgres.sh COMMAND...`, which finds the server's address
# in HABILIS_TEST_DATABASE. The server and its data are removed when the command ends, whatever the way.
# Durability is off: for tests only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=$(outils/postgres-bin.sh)
folder=$(mktemp -d /tmp/habilis-postgres.XXXXXX)

# PostgreSQL refuses to run as root.
owner=
if [[ $EUID -eq 0 ]]; then
  owner=nobody
  if id postgres >/dev/null 2>&1; then owner=postgres; fi
  chown "$owner" "$folder"
fi

# In the folder itself, since the owner may not be allowed to enter ours.
server() (
  cd "$folder"
  PATH=$bin:$PATH
  if [[ -n $owner ]]; then runuser -u "$owner" -- "$@"; else "$@"; fi
)

remove() {
  trap '' INT TERM HUP
  server pg_ctl -D data -s -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

create() {
  server initdb -D data --no-locale -E UTF8 --auth=trust -U habilis --no-sync >/dev/null
  server tee -a data/postgresql.conf >/dev/null <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
SETTINGS
}

# No port is known to be free until the server has it, so we try some below the range given to outgoing connections.
start() {
  local attempt
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if server pg_ctl -D data -l log -s -w -o "-p $port" start </dev/null 2>/dev/null; then return; fi
  done
  echo "PostgreSQL n'a pas démarré après $attempt essais :" >&2
  tail -n 20 "$folder/log" >&2
  exit 1
}

create
start
HABILIS_TEST_DATABASE=postgres://habilis@127.0.0.1:$port/postgres "$@"
