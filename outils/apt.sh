#!/usr/bin/env bash
# Installs Debian packages: `outils/apt.sh PACKAGE...`. Callers ask only for what is missing.
# Where it cannot (no apt, no rights), says which packages are needed and fails.
set -euo pipefail

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "Il manque : $*. Installez ces paquets Debian en administrateur, puis recommencez." >&2
    exit 1
  fi
  as_root=(sudo)
fi
if ! command -v apt-get >/dev/null; then
  echo "Il manque : $* (noms des paquets Debian). Installez leur équivalent sur votre système, puis recommencez." >&2
  exit 1
fi

echo "── Installation des paquets Debian : $*"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
