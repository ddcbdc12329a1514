#!/usr/bin/env bash
# Everything a change must pass, on both databases. Installs PostgreSQL, cargo-deny and what reads
# délibérations first when they are missing.
# Ends on cargo's own summary of the big integration binary: nothing may print after it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source outils/phase.sh

outils/postgres-bin.sh >/dev/null
outils/lecture.sh
outils/cargo-deny.sh --version >/dev/null

outils/lint.sh
# A database named in the environment would quietly take SQLite's place.
phase "Suite sur SQLite / suite on SQLite" env -u HABILIS_TEST_DATABASE cargo test --workspace
phase "Navigateur / browser" outils/navigateur.sh
exec outils/postgres.sh outils/suite-postgres.sh
