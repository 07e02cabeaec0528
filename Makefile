# What a person types: make chat, make test. Everything lives in .venv and the home of wenju.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WENJU := $(BIN)/wenju
DONE := $(VENV)/.installed

.PHONY: chat test setup quick check bench reader clean help

help:
	@echo "make chat    set up, add the sample articles, open the chat on http://127.0.0.1:7860"
	@echo "make test    set up, run all tests       (make quick: those that need no weights)"
	@echo "make setup   environment and model weights, nothing else"
	@echo "make reader  train the reader again: make reader SETS='FOLDER FOLDER'"
	@echo "make check   lint, types, import rule    make bench   speed on this machine"

chat: setup
	@$(WENJU) add --if-empty seeds/*.md
	@exec $(WENJU) chat

setup: $(DONE)
	@$(WENJU) models fetch

$(DONE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Wenju needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing (1 of 2): torch, 200 MB to 3 GB (on Linux with what GPUs need)"
	@$(BIN)/python -m pip install torch==2.13.0 -c constraints.txt
	@echo "Installing (2 of 2): the rest"
	@$(BIN)/python -m pip install -e '.[dev]' -c constraints.txt
	@touch $@

test: setup check
	$(BIN)/python -m pytest

quick: $(DONE)
	$(BIN)/python -m pytest -m "not model"

check: $(DONE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: setup
	$(BIN)/python -m evals.bench

# What a step leaves is kept for the next one: given back to the system, it takes half the time.
KEEP_MEMORY := MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_MMAP_THRESHOLD_=4000000000

reader: setup
	$(KEEP_MEMORY) $(BIN)/python -m rag.reader.train $(SETS)

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache
