# Complete on a fresh clone: needs Rust, Python >= 3.11 and make.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -q
RUST := $(shell find src python/src schema -type f) Cargo.toml Cargo.lock python/Cargo.toml
PACKAGE := $(shell find python/tinbergen plans -type f -not -path '*/__pycache__/*' -not -name '*.so')
# Tests are optimised where all of them run, and quickly built where one does; see Cargo.toml.
SUITE := --profile suite
# Properties are tested on the same cases every time; PROPTEST_RNG_SEED=2 make test-rust tries others.
export PROPTEST_RNG_SEED ?= 1
started := $(shell date +%s)
took = @echo "make $@ took $$(( $$(date +%s) - $(started) )) s"

.PHONY: help run develop check test test-one test-rust test-python test-full lint bench docs clean

help:
	@echo "make check        formats, lints and types: no test is run, nothing is linked"
	@echo "make test T=NAME  one module: tests/rust/NAME.rs, tests/python/test_NAME.py, or both"
	@echo "make test         what a change can break: Rust, Python, documents, notebooks, types, lints"
	@echo "make test-full    what takes longer: tests marked slow, properties on further cases"
	@echo "make develop      the package as it stands here, in .venv: a changed .py needs no build"
	@echo "make run          simulate the Yuecheng plan: attainment table and charts in out/"
	@echo "make bench        speed beside NumPy"
	@echo "make docs         the documentation of the crate in target/doc"
	@echo "make clean        remove .venv, out and target"

$(VENV)/created:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/tools: $(VENV)/created pyproject.toml
	$(PIP) install "maturin>=1.14,<2" "hypothesis>=6.100" "pytest>=8.2" "mypy>=1.14" "pandas-stubs>=2.2" "ruff>=0.9" "nbclient>=0.10" "ipykernel>=6.29" \
	    "jsonschema>=4.20" "scipy>=1.11" "pandas>=2.2" "polars>=1.0" "xarray>=2024.10" "pyarrow>=15" "matplotlib>=3.8" "tqdm>=4.66" "statsmodels>=0.14.2"
	touch $@

# The package as a user gets it, and the package as it stands in this folder: one of them is in .venv.
$(VENV)/installed: $(VENV)/created $(RUST) $(PACKAGE) pyproject.toml
	rm -f $(VENV)/developed
	$(PIP) install ".[plot,progress]"
	touch $@

$(VENV)/developed: $(VENV)/tools $(RUST)
	rm -f $(VENV)/installed
	PATH="$(abspath $(BIN)):$$PATH" $(PIP) install --no-deps --no-build-isolation -C build-args="--profile dev" -e .
	touch $@

develop: $(VENV)/developed

run: $(VENV)/installed
	$(BIN)/tinbergen run plans/yuecheng.toml --paths 10000 --seed 1 --out out
	$(took)

check: lint
	$(took)

lint: $(VENV)/tools
	cargo fmt --all --check
	cargo clippy -q --workspace --all-targets -- -D warnings
	$(BIN)/ruff format -q --check python tests scripts benches
	$(BIN)/ruff check -q python tests scripts benches
	$(BIN)/mypy --strict python/tinbergen

ifdef T
RUST_MODULE := $(wildcard tests/rust/$(T).rs)
PYTHON_MODULE := $(wildcard tests/python/test_$(T).py)
test: test-one
	$(took)
else
test: lint test-rust test-python
	$(took)
endif

test-one: $(if $(PYTHON_MODULE),$(VENV)/developed)
	$(if $(RUST_MODULE)$(PYTHON_MODULE),,$(error no tests/rust/$(T).rs and no tests/python/test_$(T).py))
	$(if $(RUST_MODULE),cargo test -q -p tinbergen-tests $(T)::)
	$(if $(PYTHON_MODULE),$(BIN)/pytest -q $(PYTHON_MODULE))

test-rust:
	cargo test $(SUITE) -p tinbergen -p tinbergen-tests
	for example in first_fan plan_targets check_plan stock_flow_model; do cargo run -q $(SUITE) --example $$example; done
	RUSTDOCFLAGS="-D warnings" cargo doc -q -p tinbergen --no-deps

test-python: $(VENV)/installed $(VENV)/tools
	cd $(VENV) && bin/python -m mypy.stubtest tinbergen._core
	$(BIN)/pytest tests/python
	$(BIN)/pytest --doctest-glob=README.md README.md

# On top of `test`.
test-full: $(VENV)/installed $(VENV)/tools
	PROPTEST_RNG_SEED=$$(( $(PROPTEST_RNG_SEED) + 1 )) cargo test $(SUITE) -p tinbergen -p tinbergen-tests --features tinbergen-tests/slow --lib --tests
	$(BIN)/pytest -m slow tests/python
	$(took)

bench: $(VENV)/installed $(VENV)/tools
	$(BIN)/python benches/plan_against_numpy.py
	$(BIN)/python benches/explain.py
	$(BIN)/python benches/track.py

docs:
	cargo doc -p tinbergen --no-deps
	$(took)

clean:
	rm -rf $(VENV) out target
