#!/usr/bin/env bash
# The long chaos, on SQLite then on PostgreSQL: the real processes killed 200 times while HubEE fails in every way, then an
# independent look at what the neighbours hold. `outils/chaos.sh SEED` plays the chances of a run again. Each run prints
# its seed and its figures, and fails on the first thing lost, doubled or stuck. About a quarter of an hour.
# HABILIS_CHAOS_KILLS and HABILIS_CHAOS_COLLECTIVITES change how many.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source outils/phase.sh

if [[ -n ${1:-} ]]; then export HABILIS_CHAOS_SEED=$1; fi
outils/postgres-bin.sh >/dev/null
cargo test --quiet --no-run --test it
# Each engine's share, at most: what hangs must end, and say so.
limit=(timeout --kill-after=10 1200)

# One at a time: each needs the machine for itself.
chaos=(cargo test --quiet --test it chaos:: -- --include-ignored --nocapture --test-threads 1 --skip short)
phase "Chaos sur SQLite / chaos on SQLite" env -u HABILIS_TEST_DATABASE "${limit[@]}" "${chaos[@]}"
phase "Chaos sur PostgreSQL / chaos on PostgreSQL" outils/postgres.sh "${limit[@]}" "${chaos[@]}"
