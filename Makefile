# Complete on a fresh clone: needs Rust, Python >= 3.11 and make.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -q
SOURCES := $(shell find src python plans schema -type f -not -path '*/__pycache__/*') Cargo.toml Cargo.lock pyproject.toml README.md
started := $(shell date +%s)
took = @echo "make $@ took $$(( $$(date +%s) - $(started) )) s"

.PHONY: help run test test-rust test-python lint bench docs clean

help:
	@echo "make run    simulate the Yuecheng plan: attainment table and charts in out/"
	@echo "make test   everything: Rust, Python, documents, notebooks, types, lints"
	@echo "make bench  speed beside NumPy"
	@echo "make docs   the documentation of the crate in target/doc"

$(VENV)/created:
	$(PYTHON) -m venv $(VENV)
	touch $@

# The package as a user gets it.
$(VENV)/installed: $(VENV)/created $(SOURCES)
	$(PIP) install ".[plot,progress]"
	touch $@

$(VENV)/tools: $(VENV)/created pyproject.toml
	$(PIP) install "hypothesis>=6.100" "pytest>=8.2" "mypy>=1.14" "pandas-stubs>=2.2" "ruff>=0.9" "nbclient>=0.10" "ipykernel>=6.29" \
	    "jsonschema>=4.20" "scipy>=1.11" "pandas>=2.2" "polars>=1.0" "xarray>=2024.10" "pyarrow>=15" "matplotlib>=3.8" "tqdm>=4.66" "statsmodels>=0.14.2"
	touch $@

run: $(VENV)/installed
	$(BIN)/tinbergen run plans/yuecheng.toml --paths 10000 --seed 1 --out out
	$(took)

test: lint test-rust test-python
	$(took)

lint: $(VENV)/tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	$(BIN)/ruff format --check python tests scripts benches
	$(BIN)/ruff check python tests scripts benches

# Properties are tested on the same cases every time; PROPTEST_RNG_SEED=2 make test-rust tries others.
test-rust: export PROPTEST_RNG_SEED ?= 1
test-rust:
	cargo test -p tinbergen
	cargo run -q --example first_fan
	cargo run -q --example plan_targets
	cargo run -q --example check_plan
	cargo run -q --example stock_flow_model
	RUSTDOCFLAGS="-D warnings" cargo doc -q -p tinbergen --no-deps

test-python: $(VENV)/installed $(VENV)/tools
	$(BIN)/mypy --strict python/tinbergen
	cd $(VENV) && bin/python -m mypy.stubtest tinbergen._core
	$(BIN)/pytest tests/python
	cd $(VENV) && bin/pytest -c ../pyproject.toml --rootdir .. --doctest-modules --pyargs tinbergen
	$(BIN)/pytest --doctest-glob=README.md README.md

bench: $(VENV)/installed $(VENV)/tools
	$(BIN)/python benches/plan_against_numpy.py
	$(BIN)/python benches/explain.py
	$(BIN)/python benches/track.py

docs:
	cargo doc -p tinbergen --no-deps
	$(took)

clean:
	rm -rf $(VENV) out target
