#!/usr/bin/env bash
# What is checked without running the product: format, clippy, dependencies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source outils/phase.sh

phase "Format / formatting" cargo fmt --all --check
phase "Clippy / lints" cargo clippy --workspace --all-targets -- -D warnings
phase "Dépendances / dependencies" outils/deny.sh
