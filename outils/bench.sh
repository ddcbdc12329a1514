#!/usr/bin/env bash
# Measures the service on both databases, among 200,000 requests: a table of ratios and limits comes last, and the
# status is 1 when a limit is missed. Installs PostgreSQL first when it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

outils/postgres-bin.sh >/dev/null
echo "── Compilation de la mesure (sans optimisation à l'édition de liens)"
built=$(cargo bench --bench queue --no-run --message-format=json-render-diagnostics)
# Run by hand, so that nothing is printed after the table.
program=$(sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p' <<<"$built" | tail -n 1)
exec outils/postgres.sh "$program"
