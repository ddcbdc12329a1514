# Every command of the project, one line each; the work is in outils/.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset static test chaos fmt lint bench build clean toolchain

# The design system's stylesheet is written last, so it stands for all that comes from npm packages.
DSFR := static/dsfr/dsfr.main.min.css

help: ## affiche cette liste
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: toolchain static ## lance la démonstration (données gardées dans data/demo)
	@outils/lecture.sh --facultatif
	cargo run -- demo

demo-reset: toolchain static ## efface data/demo et relance la démonstration à neuf
	rm -rf data/demo
	@outils/lecture.sh --facultatif
	cargo run -- demo

test: toolchain static ## format, clippy, styles, licences et avis, puis toute la suite sur SQLite et sur PostgreSQL
	@outils/test.sh

chaos: toolchain static ## arrêts brutaux et pannes de HubEE, longuement, sur les deux bases (SEED=… rejoue un tirage)
	@outils/chaos.sh $(SEED)

static: $(DSFR) ## installe le système de design (static/dsfr) et les communes (seeds/officiel)

fmt: toolchain ## met le code en forme
	cargo fmt --all

lint: toolchain static ## format, clippy, styles, licences et avis, sans les tests
	@outils/lint.sh

bench: toolchain static ## mesure la file parmi 200 000 demandes, puis 2 000 mises en service, sur SQLite et sur PostgreSQL
	@outils/bench.sh

build: toolchain static ## compile le binaire de production (target/release/habilis)
	cargo build --release

clean: ## efface ce qui se refabrique (compilation, paquets npm et leurs fichiers, outils), jamais data/
	cargo clean
	rm -rf node_modules static/dsfr seeds/officiel .outils

toolchain:
	@outils/toolchain.sh

$(DSFR): package.json package-lock.json .npmrc outils/static.sh outils/communes.mjs outils/dsfr.mjs
	@outils/static.sh
