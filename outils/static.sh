#!/usr/bin/env bash
# Fills static/dsfr/ (ignored by git, embedded in the binary) from the design system's npm package.
# Installs Node and npm first when they are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  outils/apt.sh nodejs npm ca-certificates
fi

echo "── Système de design (DSFR)"
npm ci --no-audit --no-fund --loglevel=error
node outils/dsfr.mjs
