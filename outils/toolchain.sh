#!/usr/bin/env bash
# Checks what compiling needs: Rust, which we ask for, and a C compiler (SQLite and ring are built from source),
# which we install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for tool in cargo rustfmt cargo-clippy; do
  if ! command -v "$tool" >/dev/null; then
    echo "Il manque $tool : installez Rust avec rustup (https://rustup.rs), composants rustfmt et clippy compris." >&2
    exit 1
  fi
done
if ! command -v cc >/dev/null; then
  outils/apt.sh gcc libc6-dev
fi
