#!/usr/bin/env bash
# Fills static/dsfr/ and seeds/officiel/ (ignored by git, embedded in the binary) from the npm packages of the design
# system and of French administrative divisions.
# Installs Node and npm first when they are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  outils/apt.sh nodejs npm ca-certificates
fi

echo "── Système de design (DSFR) et communes (découpage administratif)"
npm ci --no-audit --no-fund --loglevel=error
node outils/communes.mjs
node outils/dsfr.mjs
