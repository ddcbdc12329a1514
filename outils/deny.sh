#!/usr/bin/env bash
# Checks the dependencies against deny.toml. Closed networks cannot reach the database of security advisories: that part
# is then left out, and said so. Once the database is there, a finding fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

outils/cargo-deny.sh --log-level error check bans licenses sources

if said=$(LC_ALL=C timeout 120 outils/cargo-deny.sh fetch db 2>&1); then
  outils/cargo-deny.sh --offline check advisories
else
  reason=$(grep -v '^[[:space:]]*$' <<<"$said" | tail -n 1 || true)
  echo "Base des avis de sécurité (RustSec) injoignable, avis non contrôlés : ${reason:-pas de réponse en deux minutes}"
fi
