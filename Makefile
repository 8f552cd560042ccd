# Everything this repository can do on one machine. `make` on its own lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test race cuts faults hostile fuzz crawl mutants bench-upload bench-pages bench-http check story guide-pictures reset fold lock setup setup-dev
PYTHON := .venv/bin/python
COMPILE := PATH="$$PATH:.venv/bin" uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock"

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the portal with demo data until Ctrl-C; PORT=8001 uses another port
	@portal/local/setup.sh run
	@exec $(PYTHON) -m portal.local.run

test: setup-dev ## run the tests; ARGS="-k word" runs part of them
	@exec $(PYTHON) -m pytest $(ARGS)

race: setup-dev ## 64 sessions race for the last entries, 50 rounds
	@exec $(PYTHON) -m pytest -n 0 -s -m race

bench-upload: setup-dev ## uploads of 1 MB to 2 GB beside a bare server, and the memory they use
	@exec $(PYTHON) -m bench.upload

bench-pages: setup-dev ## what every page costs at a small and a large centre, and a claim of 1,000 lines
	@exec $(PYTHON) -m bench.pages $(ARGS)

bench-http: ## pages and files a second over HTTP with 1, 4 and 16 connections, compared with nginx
	@portal/local/setup.sh bench
	@exec $(PYTHON) -m bench.over_http

cuts: setup-dev ## 200 connections cut at random points while files are uploaded
	@exec $(PYTHON) -m pytest -n 0 -s -m cuts tests/uploads

faults: setup-dev ## break what can break (25 minutes), and check that the portal recovers
	@exec $(PYTHON) -m portal.local.faults $(ARGS)

hostile: setup-dev ## hundreds of hostile and good files, through every way in; accepted files are opened in Chromium
	@exec $(PYTHON) -m pytest -n 0 -s -m hostile

fuzz: export FUZZ_SEED ?= $(shell date +%s)
fuzz: setup-dev ## thousands of requests that no page would send, to every page; FUZZ_SEED=… repeats them
	@exec $(PYTHON) -m pytest -n 0 -s -m fuzz tests/access/test_fuzz.py

crawl: setup-dev ## every page that links lead to, as every kind of person: answers and strict HTML
	@exec $(PYTHON) -m pytest -n 0 -s -m crawl tests/access/test_crawl.py

mutants: setup-dev ## change 300 places of the rules, one at a time: which changes does no test notice? ARGS="--number 40 --seed 3"
	@exec $(PYTHON) -m bench.mutants $(ARGS)

story: setup-dev ## play the whole story against a portal of its own, over HTTP
	@exec $(PYTHON) -m portal.local.story

# Django's own checks run with the settings of a deployed portal. No server is needed.
check: export DEBUG := 0
check: export SECRET_KEY := only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz
check: export ALLOWED_HOSTS := portal.example
check: export SITE_URL := https://portal.example
check: setup-dev ## lint, formats, types, imports, what is unused, templates, migrations, deployment settings
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m tests.unused
	$(PYTHON) -W ignore::UserWarning -m deptry --no-ansi .
	.venv/bin/djlint --quiet --lint templates
	$(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py check --deploy --fail-level WARNING

guide-pictures: setup-dev ## retake the pictures of the user guide, from a demo of its own
	@exec $(PYTHON) -m portal.local.pictures $(ARGS)

reset: setup ## delete the demo data of `make run`
	@$(PYTHON) -m portal.local.reset

fold: setup-dev ## rewrite all migrations from the models, until the first release
	@$(PYTHON) -m portal.local.fold

lock: setup-dev ## compile requirements*.in to requirements*.txt, with hashes
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-local.in --output-file requirements-local.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt

setup:
	@portal/local/setup.sh

setup-dev:
	@portal/local/setup.sh dev
