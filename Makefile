# The commands of the project. «make» alone lists them.
# Everything runs from this folder with relative paths: its own path may hold spaces and accents.

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench lock messages
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

# The Python that makes .venv. Too old? A newer one on the PATH is taken instead.
export PYTHON ?= python3
# What only one of the commands below reads.
export ARGS ?=

python := .venv/bin/python

help: ## liste ces commandes
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: ## prépare tout et sert le site sur http://127.0.0.1:8000/ (PORT=8001, HOST=…)
	@sh deploy/set_up.sh requirements.lock && exec $(python) -m ldnportal.launch

test: ## tous les contrôles, puis les tests sur SQLite et PostgreSQL (ARGS="-k mot" : ces tests seuls)
	@sh deploy/set_up.sh requirements-dev.lock && exec $(python) tests/run.py test

lint: ## les contrôles seuls : style, gabarits, migrations, réglages de production
	@sh deploy/set_up.sh requirements-dev.lock && exec $(python) tests/run.py lint

format: ## remet le code et les gabarits en forme
	@sh deploy/set_up.sh requirements-dev.lock && exec $(python) tests/run.py format

bench: ## les mesures (ARGS="-k mot")
	@sh deploy/set_up.sh requirements-dev.lock && exec $(python) tests/run.py bench

lock: ## refait les deux fichiers de versions (UPGRADE=1 : prend les plus récentes)
	@sh deploy/set_up.sh requirements-dev.lock && exec sh deploy/lock.sh

messages: ## relève les textes à traduire et compile la traduction française
	@sh deploy/set_up.sh requirements-dev.lock && exec sh deploy/messages.sh
