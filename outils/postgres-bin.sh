#!/usr/bin/env bash
# Prints the folder of PostgreSQL's server programs, which Debian keeps off the PATH. Installs them when missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

newest() {
  local initdb
  initdb=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  [[ -n $initdb ]] || initdb=$(command -v initdb) || return 1
  dirname "$initdb"
}

newest && exit
outils/apt.sh postgresql >&2
newest || { echo "Les programmes serveur de PostgreSQL (initdb, pg_ctl) restent introuvables." >&2; exit 1; }
