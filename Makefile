# `make run` starts the whole product on this machine; `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 4000
PEOPLE ?= 1000
WHO ?= citizen

.PHONY: run test check lint format types token schema lock clean

$(VENV)/.installed: requirements.lock
	@echo "Setting up $(VENV) (locked dependencies) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

run: $(VENV)/.installed
	@$(BIN)/python -m sandbox run --port $(PORT) --people $(PEOPLE)

token: $(VENV)/.installed
	@$(BIN)/python -m sandbox token $(WHO)

test: $(VENV)/.installed
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(VENV)/.installed
	$(BIN)/mypy .

check: lint types test

SUBGRAPHS := patient encounter pharmacy insurance

# Composes the subgraphs into supergraph.graphql and schema.graphql, which are kept in the repository.
schema: $(VENV)/.installed
	@mkdir -p .data/sdl
	@for name in $(SUBGRAPHS); do $(BIN)/python -m resolvers sdl $$name > .data/sdl/$$name.graphql || exit 1; done
	$(BIN)/python -m gateway compose $(foreach name,$(SUBGRAPHS),$(name)=.data/sdl/$(name).graphql) \
	  --url patient=http://127.0.0.1:4001/graphql --url encounter=http://127.0.0.1:4002/graphql \
	  --url pharmacy=http://127.0.0.1:4003/graphql --url insurance=http://127.0.0.1:4004/graphql \
	  --output supergraph.graphql --api-schema schema.graphql

# Resolves the newest versions that pyproject.toml allows and pins them with hashes.
lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .data
