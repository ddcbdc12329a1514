#!/usr/bin/env bash
# The product's tests again, on the database named by HABILIS_TEST_DATABASE: the big binary `it` comes last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source outils/phase.sh
: "${HABILIS_TEST_DATABASE:?run through outils/postgres.sh}"

targets=(--lib)
for file in tests/*.rs tests/*/main.rs; do
  name=${file#tests/}
  name=${name%/main.rs}
  name=${name%.rs}
  if [[ -e $file && $name != it ]]; then targets+=(--test "$name"); fi
done

phase "Suite sur PostgreSQL : bibliothèque / suite on PostgreSQL: library" cargo test -p habilis "${targets[@]}"
heading "Suite sur PostgreSQL : intégration / suite on PostgreSQL: integration"
cargo test -p habilis --test it
