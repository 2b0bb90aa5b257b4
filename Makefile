# Thin on purpose: what a target does lives in the module it calls.
.DEFAULT_GOAL := help
PYTHON ?= $(shell sh laptop/find_python.sh)
CONTROL := .venv/bin/python

.PHONY: help setup demo test test-spark-4.0 up down reset status doctor check data-docs draft dry-run profile lint bench bench-rules bundle shell package lock screenshots

help: ## what there is
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: ## both environments and Spark's jars; done once, continued when interrupted
	@$(PYTHON) -m laptop.setup

demo: setup ## the whole story: real files to governed tables, watched live
	@$(CONTROL) -m demo

test: setup ## every test, in both environments
	@$(CONTROL) -m laptop.suite

test-spark-4.0: setup ## the Spark tests on EMR Serverless's Spark, in an environment of their own
	@$(CONTROL) -m laptop.spark_4_0

up: setup ## start the sandbox, Airflow and MLflow, and print the logins
	@$(CONTROL) -m laptop up

down: ## stop them; what they hold is kept
	@$(CONTROL) -m laptop down

reset: ## stop them and forget everything they hold
	@$(CONTROL) -m laptop reset

status: ## what runs, and its memory
	@$(CONTROL) -m laptop status

doctor: ## what this machine lacks, with the mend
	@$(PYTHON) -m laptop.doctor

check: setup ## validate every YAML, without Airflow or AWS
	@PYTHONPATH=plugins $(CONTROL) -m groundwork.spec check

data-docs: setup ## Great Expectations' pages of every batch's checks in the sandbox; they open without a network
	@PYTHONPATH=plugins $(CONTROL) -m laptop.data_docs

draft: setup ## contract and ruleset from a file: make draft FILE=visits.csv PRODUCT=visits; or TABLE=database.table
	@PYTHONPATH=plugins $(CONTROL) -m laptop.jobs spark_jobs.draft "$(or $(TABLE),$(FILE),FILE=)" "$(PRODUCT)" \
	$(if $(TABLE),--table) $(if $(OVERWRITE),--overwrite)

dry-run: setup ## try rules out: make dry-run PRODUCT=flights FILE=flights.csv LOOK_UPS="airlines=airlines.csv"; ROWS=1000
	@PYTHONPATH=plugins $(CONTROL) -m laptop.dry_run "$(PRODUCT)" $(if $(FILE),--file "$(FILE)") \
	$(foreach each,$(LOOK_UPS),--look-up "$(each)") $(if $(ROWS),--rows $(ROWS)) $(if $(PAGE),--page "$(PAGE)")

profile: setup ## what stands in a file: make profile FILE=visits.csv; or TABLE=database.table; PAIRS=1, CORRELATIONS=1 look for more
	@PYTHONPATH=plugins $(CONTROL) -m laptop.jobs spark_jobs.profile "$(or $(TABLE),$(FILE),FILE=)" $(if $(TABLE),--table) \
	$(if $(PAIRS),--pairs) $(if $(CORRELATIONS),--correlations) $(if $(PAGE),--page "$(PAGE)")

lint: setup ## ruff, mypy, and the borders between the packages
	@.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && \
	PYTHONPATH=plugins:include .venv/bin/lint-imports --no-cache

bench: setup ## measure; or: make bench NAME=parsing; make bench WRITE=1 writes docs/benchmarks.md
	@PYTHONPATH=plugins $(CONTROL) -m benchmarks $(NAME) $(if $(WRITE),--write)

bench-rules: setup ## measure the rules and quality engine; or: make bench-rules PART=peers ROWS=200000; WRITE=1 writes its page
	@PYTHONPATH=plugins $(CONTROL) -m benchmarks.rules $(PART) $(if $(ROWS),--rows $(ROWS)) $(if $(WRITE),--write)

bundle: setup ## put the job code as it stands now where the next run of the sandbox finds it
	@$(CONTROL) -m laptop bundle

shell: setup ## a shell in which airflow works against the sandbox; or: make shell CMD="airflow dags list"
	@$(CONTROL) -m laptop shell $(if $(CMD),--command "$$CMD")

package: setup ## dist/: what MWAA gets; or: make package ENVIRONMENT=<name>
	@$(CONTROL) -m deploy.package $(if $(ENVIRONMENT),--environment $(ENVIRONMENT))

lock: setup ## recompile requirements/*.txt from the .in files
	@$(CONTROL) -m laptop.lock

screenshots: setup ## pictures of the Airflow UI for the docs; make up first
	@$(CONTROL) -m laptop.screenshots
