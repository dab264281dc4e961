# `make` lists the targets. npm needs Node 20 or newer; everything else runs with the Node that package.json pins.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup prometheus test e2e demo cluster cluster-down images charts format

node := node_modules/.bin/node
# written by npm when an installation is complete
installed := node_modules/.package-lock.json
npm_run := npm run --silent

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z0-9-]+: .*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

setup: $(installed) ## install the packages of package-lock.json

$(installed): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

prometheus: setup # on the PATH, or taken from the system's packages without installing it
	@$(node) src/playground/prometheus/unpack.ts

test: setup prometheus ## types, lint, format, dead code, arrows between rooms, generated files, unit tests
	$(npm_run) typecheck
	$(npm_run) lint
	$(npm_run) format:check
	$(npm_run) deadcode
	$(npm_run) arrows
	$(npm_run) --if-present generate:check
	$(npm_run) test

e2e: setup ## all suites on a real node, which is gone afterwards unless KEEP=1; some of them: SUITES="01 02" (root)
	$(node) e2e/run.ts $(SUITES)

demo: setup prometheus ## a release, and a bad one that is rolled back, without a cluster; ends with it: ONCE=1
	$(node) src/main.ts playground --story $(if $(ONCE),--once)

cluster: setup ## a Kubernetes node on this machine: .cluster/kubeconfig, .cluster/bin/kubectl (root)
	$(node) e2e/cluster.ts up

cluster-down: setup ## end the cluster, with all that belongs to it (root)
	$(node) e2e/cluster.ts down

images: setup ## image archives in .images, also loaded into the cluster if one is up (root)
	$(node) e2e/images.ts

charts: setup ## Helm packages and their index in .charts
	$(node) e2e/charts.ts

format: setup ## format all files
	$(npm_run) format
