#!/usr/bin/env bash
# Makes again the délibérations of the demonstration (seeds/deliberations/*.pdf), which are kept in the repository: only
# whoever changes them runs this. Installs what it needs when missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
[[ -x /usr/bin/chromium ]] || missing+=(chromium)
command -v qpdf >/dev/null || missing+=(qpdf)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
fc-list 2>/dev/null | grep -q Lato || missing+=(fonts-lato fontconfig)
[[ ${#missing[@]} -eq 0 ]] || outils/apt.sh "${missing[@]}"
[[ -d node_modules/playwright-core ]] || npm ci --no-audit --no-fund --loglevel=error
node seeds/deliberations/fabrique.mjs
