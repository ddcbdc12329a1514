#!/usr/bin/env bash
# Runs cargo-deny: the one on the PATH, else ours, built once into .outils/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=0.20.2
ours=.outils/bin/cargo-deny

if command -v cargo-deny >/dev/null; then
  exec cargo-deny "$@"
fi
if [[ ! -x $ours || $("$ours" --version) != "cargo-deny $version" ]]; then
  echo "── Installation de cargo-deny $version (une fois, quelques minutes)" >&2
  cargo install --quiet --locked --force --root .outils "cargo-deny@$version" >&2
fi
exec "$ours" "$@"
