#!/usr/bin/env bash
# What is checked without running the product: format, clippy, stylesheets, dependencies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source outils/phase.sh

phase "Format / formatting" cargo fmt --all --check
phase "Clippy / lints" cargo clippy --workspace --all-targets -- -D warnings
phase "Styles / stylesheets" node outils/css.mjs
phase "Dépendances / dependencies" outils/deny.sh
