# `make bench`: our speed beside our peers', as ratios, in build/results/bench.tsv. Peers that are not installed are said.
# BENCH=products (or activations, training, fills, optimisers, memory, building) runs a part.

BENCH        ?=
BENCH_DIR    := $(BUILD)/bench
BENCH_TSV    := $(BUILD)/results/bench.tsv
BENCH_PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
BENCH_CPU    := $(if $(shell command -v taskset 2>/dev/null),taskset -c $(shell nproc --all | awk '{ print $$1 - 1 }'))

$(BENCH_DIR)/bench: tests/bench/bench.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/bench-avx2: tests/bench/bench.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -DWINIT_SIMD_BITS=256 -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/bench-omp: tests/bench/bench.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -fopenmp -I. $< -o $@ $(LDLIBS)

# A peer that does not build is left out.
$(BENCH_DIR)/peer_blas: tests/bench/peer_blas.c
	@mkdir -p $(@D)
	-@$(CC) -O2 $< -o $@ -lopenblas 2>/dev/null || echo "(OpenBLAS is not installed: libopenblas-dev)"

$(BENCH_DIR)/peer_fann: tests/bench/peer_fann.c
	@mkdir -p $(@D)
	-@$(CC) -O2 $< -o $@ -lfloatfann -lm 2>/dev/null || echo "(FANN is not installed: libfann-dev)"

.PHONY: bench
bench: $(BENCH_DIR)/bench $(BENCH_DIR)/bench-avx2 $(BENCH_DIR)/bench-omp $(BENCH_DIR)/peer_blas $(BENCH_DIR)/peer_fann ## measure speed beside OpenBLAS, PyTorch, numpy, FANN
	@mkdir -p $(BUILD)/results
	@rm -f $(BENCH_TSV)
	@blas=; fann=; [ ! -x $(BENCH_DIR)/peer_blas ] || blas=$(BENCH_DIR)/peer_blas; [ ! -x $(BENCH_DIR)/peer_fann ] || fann=$(BENCH_DIR)/peer_fann; \
	export PEER_FANN="$$fann" PEER_PYTHON="$(BENCH_PYTHON) tests/bench/peer_python.py" BENCH_CC="$(CC)" BENCH_DIR="$(BENCH_DIR)"; \
	core=HASWELL; if grep -qs avx512f /proc/cpuinfo; then core=SKYLAKEX; fi; \
	OPENBLAS_CORETYPE=$$core PEER_BLAS="$$blas" $(BENCH_CPU) $(BENCH_DIR)/bench $(BENCH_TSV) $(BENCH) && \
	OPENBLAS_CORETYPE=HASWELL PEER_BLAS="$$blas" $(BENCH_CPU) $(BENCH_DIR)/bench-avx2 $(BENCH_TSV) $(BENCH) && \
	$(BENCH_DIR)/bench-omp $(BENCH_TSV) $(BENCH)
