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
# Only the pinned compiler's warnings are errors: another one may know of new ones.
PINNED := $(shell sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
DENY = $(if $(findstring rustc $(PINNED) ,$(shell rustc --version)),-D warnings)
# Properties are tested on the same cases every time; PROPTEST_RNG_SEED=2 make test-rust tries others.
export PROPTEST_RNG_SEED ?= 1
started := $(shell date +%s)
took = @echo "make $@           took $$(( $$(date +%s) - $(started) )) s"

.PHONY: help run page gallery develop check test test-one test-rust test-python test-full lint portable oldest features deny miri fuzz bench bench-more instructions notebooks pictures docs clean engine reproducible front wheel

help:
	@echo "make check        formats, lints and types: no test is run, nothing is linked"
	@echo "make test T=NAME  one module: tests/rust/NAME.rs, tests/python/test_NAME.py, or both"
	@echo "make test         what a change can break: Rust, Python, documents, notebooks, types, lints"
	@echo "make test-full    what takes longer: tests marked slow, properties on further cases"
	@echo "make develop      the package as it stands here, in .venv: a changed .py needs no build"
	@echo "make run          simulate the Yuecheng plan: attainment table and charts in out/"
	@echo "make notebooks    run the notebooks and keep what they give"
	@echo "make gallery      every chart with long labels, in both languages, in target/gallery: what overlaps is said"
	@echo "make engine       the engine of live reports, into the package (some minutes)"
	@echo "make reproducible builds the engine twice, in different folders: the same bytes"
	@echo "make page         the live page: a plan that is computed in the browser while it is written, in out/page"
	@echo "make front        what moves in a report, bundled into the package (needs npm)"
	@echo "make pictures     draw the pictures of the README"
	@echo "make oldest       the oldest compiler that Cargo.toml declares builds it (needs rustup)"
	@echo "make wheel        the wheel for Linux as it is published, in dist/"
	@echo "make bench        speed beside NumPy and its peers: one table, in docs/benchmarks.md (some minutes)"
	@echo "make bench-more   speed of explanations, of tracking, of sweeps and of executors"
	@echo "make instructions count the instructions of small jobs again, which make test guards (needs valgrind)"
	@echo "make docs         the documentation of the crate in target/doc"
	@echo "make clean        remove .venv, out and target"

$(VENV)/created:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/tools: $(VENV)/created pyproject.toml scripts/requirements.py
	$(PYTHON) scripts/requirements.py dev >$(VENV)/requirements.txt
	$(PIP) install -r $(VENV)/requirements.txt
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

# The wheel as it is published for Linux, in dist/: it runs on systems of 2014, and on every Python from 3.11 on.
wheel: dist/built
dist/built: $(VENV)/tools $(RUST) $(PACKAGE) pyproject.toml scripts/wheel.py
	$(BIN)/python scripts/wheel.py dist
	touch $@

# Every chart as people will have it; ALL=--all has three sizes, slides, grey, dark and own axes as well.
gallery: $(VENV)/installed $(VENV)/tools
	$(BIN)/python scripts/gallery.py target/gallery $(ALL)
	$(took)

check: lint
	$(took)

lint: $(VENV)/tools portable
	$(if $(DENY),,@echo "NOTE: this is $(shell rustc --version), not the pinned $(PINNED): its warnings are no errors")
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo fmt --manifest-path benches/tuned/Cargo.toml --check
	cargo fmt --manifest-path benches/pieces/Cargo.toml --check
	cargo clippy -q $(SUITE) --workspace --all-targets -- $(DENY)
	cargo clippy -q --locked --manifest-path benches/tuned/Cargo.toml -- $(DENY)
	$(BIN)/ruff format -q --check python tests scripts benches
	$(BIN)/ruff check -q python tests scripts benches
	$(BIN)/mypy --strict python/tinbergen

# The core without anything of a system: for WebAssembly, or here where that cannot be had.
TARGET := wasm32-unknown-unknown
HAS_TARGET := [ -d "$$(rustc --print sysroot)/lib/rustlib/$(TARGET)" ] || rustup target add $(TARGET) >/dev/null 2>&1
portable:
	@if $(HAS_TARGET); then set -x; cargo clippy -q $(SUITE) -p tinbergen -p tinbergen-engine --no-default-features --target $(TARGET) -- $(DENY); \
	else echo "SKIPPED: $(TARGET) is not installed and cannot be added here"; set -x; cargo clippy -q $(SUITE) -p tinbergen --no-default-features -- $(DENY); fi

# The core as WebAssembly, packed, as a file of the package: reports that move hold it. Paths of this machine are not in it.
ENGINE := python/tinbergen/report/engine.wasm.lzma
CARGO_PLACE := $(or $(CARGO_HOME),$(HOME)/.cargo)
engine:
	@if ! { $(HAS_TARGET); }; then echo "$(TARGET) is not installed and cannot be added here"; exit 1; fi
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128 -C llvm-args=-inline-threshold=75 --remap-path-prefix=$(CARGO_PLACE)=/cargo --remap-path-prefix=$(CURDIR)=/tinbergen" \
	    cargo rustc -q --locked -p tinbergen-engine --lib --crate-type cdylib --profile engine --target $(TARGET)
	$(PYTHON) scripts/engine.py $${CARGO_TARGET_DIR:-target}/$(TARGET)/engine/tinbergen_engine.wasm $(ENGINE)
	$(PYTHON) scripts/notices.py $(ENGINE:.wasm.lzma=.notices.json)
	$(took)

# The engine is the same bytes wherever it is built: what is committed, in another folder with a target of its own (some minutes more).
ELSEWHERE := target/elsewhere
reproducible: engine
	rm -rf $(ELSEWHERE)
	git clone -q . $(ELSEWHERE)
	env -u CARGO_TARGET_DIR $(MAKE) -C $(ELSEWHERE) engine
	cmp $(ENGINE) $(ELSEWHERE)/$(ENGINE)
	cmp $(ENGINE:.wasm.lzma=.notices.json) $(ELSEWHERE)/$(ENGINE:.wasm.lzma=.notices.json)
	@echo "the same bytes in $(CURDIR) and $(CURDIR)/$(ELSEWHERE)"
	$(took)

# A plan that is checked and simulated while it is written: a page for each language, to be opened from a disk or put on any server.
page: $(VENV)/installed
	@test -f $(ENGINE) || { echo "the page needs the engine: make engine"; exit 1; }
	$(BIN)/pip install -q "jinja2>=3.1.4"
	$(BIN)/python scripts/live_page.py out/page
	$(took)

# What moves in a report: types are checked, and the bundle is what git has.
front:
	cd front && npm install --no-audit --no-fund && npm run check && npm run bundle
	$(took)

# The oldest compiler that Cargo.toml declares builds all of it.
OLDEST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
oldest:
	rustup toolchain install $(OLDEST) --profile minimal --no-self-update
	cargo +$(OLDEST) check --locked --workspace --all-targets --target-dir target/oldest
	$(took)

# Every choice of features by itself (needs cargo-hack).
features:
	cargo hack clippy -q -p tinbergen --feature-powerset -- $(DENY)
	$(took)

# Crates that come in: licences, sources, duplicates, advisories (needs cargo-deny, and for the last a network).
deny:
	cargo deny --workspace --all-features check $(DENIED)
	$(took)

# What is unsafe, under an interpreter that sees what a processor forgives (rustup component add miri --toolchain nightly). The view that
# Python has of an ensemble is not among it: there is no CPython in the interpreter. Copies past the cache are not either: it does not
# know the instruction, and their test holds them against plain ones. `tests/rust/reach.rs` has the list.
# It tells only of vectors that the build asks for; those of AVX-512 run through the same lines.
MIRI := RUSTFLAGS="-C target-feature=+avx2" cargo +nightly miri test -q --target-dir target/miri
miri:
	$(MIRI) -p tinbergen --lib --no-default-features --features mmap -- math::width:: ensemble::buffer::
	$(MIRI) -p tinbergen-engine --lib -- memory::
	$(took)

# Inputs of strangers, made up by libFuzzer for a while: make fuzz T=plan FOR=300. What it tries anew goes to fuzz/found.
FOR ?= 60
FUZZ_PLAN := plans tests/golden tests/golden/invalid tests/golden/archive/0.1.0
FUZZ_TEXT_MODEL := $(wildcard tests/models/*)
FUZZ_OUTTURNS := plans $(wildcard tests/models/*)
fuzz:
	mkdir -p fuzz/found/$(T) fuzz/target
	grep -o '"[a-z_]*"' schema/plan.schema.json | sort -u >fuzz/target/words
	cargo +nightly fuzz run --sanitizer none $(T) fuzz/found/$(T) fuzz/corpus/$(T) $(FUZZ_$(shell echo $(T) | tr a-z A-Z)) \
	    -- -max_total_time=$(FOR) -timeout=20 -rss_limit_mb=4096 -max_len=4000 -dict=fuzz/target/words
	$(took)

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

# A file of tests for each processor at a time; what measures time runs alone afterwards.
SIDE_BY_SIDE := -n logical --maxprocesses 4 --dist loadfile

test-rust:
	cargo test $(SUITE) -p tinbergen -p tinbergen-engine -p tinbergen-tests
	for example in first_fan plan_targets check_plan stock_flow_model; do $${CARGO_TARGET_DIR:-target}/suite/examples/$$example; done
	$(PYTHON) scripts/instructions.py
	RUSTDOCFLAGS="$(DENY)" cargo doc -q -p tinbergen -p tinbergen-engine --no-deps

test-python: $(VENV)/installed $(VENV)/tools
	cd $(VENV) && bin/python -m mypy.stubtest tinbergen._core
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow and not alone" tests/python
	$(BIN)/pytest -m "not slow and alone" tests/python
	$(BIN)/pytest --doctest-glob=README.md README.md

# On top of `test`.
test-full: $(VENV)/installed $(VENV)/tools
	PROPTEST_RNG_SEED=$$(( $(PROPTEST_RNG_SEED) + 1 )) cargo test $(SUITE) -p tinbergen -p tinbergen-tests --features tinbergen-tests/slow --lib --tests
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "slow and not alone" tests/python
	$(BIN)/pytest -m "slow and alone" tests/python
	$(took)

# What `make bench` sets the library beside; nothing else needs it.
$(VENV)/bench: $(VENV)/created pyproject.toml scripts/requirements.py
	$(PYTHON) scripts/requirements.py bench >$(VENV)/bench.txt
	$(PIP) install -r $(VENV)/bench.txt
	touch $@

# One run, one table, which it writes into docs/benchmarks.md: make bench BENCH=--full has a million paths in W2 (12 GB).
bench: $(VENV)/installed $(VENV)/bench
	$(BIN)/python benches/bench.py $(BENCH)
	$(BIN)/python benches/growth.py
	$(took)

# The instructions of small jobs, which `make test` lets grow by so much and no more, counted again (needs valgrind).
instructions:
	cargo build -q $(SUITE) -p tinbergen --examples
	$(PYTHON) scripts/instructions.py renew

# What has no peers: explanations, tracking, sweeps, executors.
bench-more: $(VENV)/installed $(VENV)/bench
	$(BIN)/python benches/explain.py
	$(BIN)/python benches/track.py
	$(BIN)/python benches/driven.py
	$(BIN)/python benches/executors.py 2000000
	$(took)

pictures: $(VENV)/installed $(VENV)/tools
	$(BIN)/python scripts/pictures.py
	$(took)

# Those that need a model of somebody else run where TINBERGEN_MODELS has it.
notebooks: $(VENV)/installed $(VENV)/tools
	PYDEVD_DISABLE_FILE_VALIDATION=1 $(BIN)/python scripts/notebooks.py
	$(took)

docs:
	cargo doc -p tinbergen --no-deps
	$(took)

clean:
	rm -rf $(VENV) out target
