#!/usr/bin/env bash
# Measures the service on both databases: the queue among 200,000 requests, then 2,000 acceptances until their pages are
# open, some five minutes in all. Each ends with a table of ratios and limits; the status is 1 when a limit is missed.
# `outils/bench.sh provisioning` runs one of the two. Installs PostgreSQL first when it is missing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

outils/postgres-bin.sh >/dev/null || exit
missed=0
for bench in ${1:-queue provisioning}; do
    echo "── Compilation de la mesure « $bench » (sans optimisation à l'édition de liens)"
    built=$(cargo bench --bench "$bench" --no-run --message-format=json-render-diagnostics) || exit
    # Run by hand, so that nothing is printed after the table.
    program=$(sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p' <<<"$built" | tail -n 1)
    outils/postgres.sh "$program" || missed=1
done
exit "$missed"
