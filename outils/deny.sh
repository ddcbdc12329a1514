#!/usr/bin/env bash
# Checks the dependencies against deny.toml. Closed networks cannot reach the database of security advisories: that part
# is then left out, and said so. Once the database is there, a finding fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

outils/cargo-deny.sh --log-level error check bans licenses sources
if timeout 120 outils/cargo-deny.sh fetch db >/dev/null 2>&1; then
  outils/cargo-deny.sh check --disable-fetch advisories
else
  echo "Base des avis de sécurité (RustSec) injoignable : les avis n'ont pas été contrôlés."
fi
