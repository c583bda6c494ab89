# `make bench`: our speed beside our peers', as ratios, in build/results/bench.tsv. Peers that are not installed are said.
# BENCH="products training" runs these groups only: products, AVX2, activations, training, networks, fills, numbers, double,
# files, looking, optimisers, memory, building, threads, and those with tables of their own in build/results: roofline, cost,
# small.

##@ Benchmarks

BENCH        ?=
BENCH_DIR    := $(BUILD)/bench
BENCH_TSV    := $(BUILD)/results/bench.tsv
BENCH_PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
BENCH_CPU    := $(if $(shell command -v taskset 2>/dev/null),taskset -c $(shell nproc --all | awk '{ print $$1 - 1 }'))
BENCH_PEERS  := $(addprefix $(BENCH_DIR)/peer_,blas dnnl eigen plain fann loops tinydnn)

$(BENCH_DIR)/bench: tests/bench/bench.c $(wildcard tests/bench/*.h) examples/figure.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/bench-avx2: tests/bench/bench.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -DWINIT_SIMD_BITS=256 -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/bench-omp: tests/bench/bench.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -fopenmp -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/elements: tests/bench/elements.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/elements-double: tests/bench/elements.c tests/bench/bench.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -DWINIT_REAL=double -I. $< -o $@ $(LDLIBS)

$(BENCH_DIR)/peer_loops: tests/bench/peer_loops.c
	@mkdir -p $(@D)
	$(CC) -O3 -march=native $< -o $@ $(LDLIBS)

# A peer that does not build is left out.
$(BENCH_DIR)/peer_blas: tests/bench/peer_blas.c
	@mkdir -p $(@D)
	-@$(CC) -O2 $< -o $@ -lopenblas -lm 2>/dev/null || echo "(OpenBLAS is not installed: libopenblas-dev)" >&2

$(BENCH_DIR)/peer_dnnl: tests/bench/peer_blas.c
	@mkdir -p $(@D)
	-@$(CC) -O2 -DPEER_DNNL $< -o $@ -ldnnl -lm 2>/dev/null || echo "(oneDNN is not installed: libdnnl-dev)" >&2

# What a C programmer writes by hand, for this machine.
$(BENCH_DIR)/peer_plain: tests/bench/peer_blas.c
	@mkdir -p $(@D)
	@$(CC) -O3 -march=native -DPEER_PLAIN $< -o $@ -lm

# A library of templates: what its users compile, they compile for their machine.
$(BENCH_DIR)/peer_eigen: tests/bench/peer_blas.c
	@mkdir -p $(@D)
	-@$(CXX) -O3 -march=native -DPEER_EIGEN -I/usr/include/eigen3 -x c++ $< -o $@ 2>/dev/null || echo "(Eigen is not installed: libeigen3-dev)" >&2

$(BENCH_DIR)/peer_fann: tests/bench/peer_fann.c
	@mkdir -p $(@D)
	-@$(CC) -O2 $< -o $@ -lfloatfann -lm 2>/dev/null || echo "(FANN is not installed: libfann-dev)" >&2

# tiny-dnn looks for stb_image.h in a folder of its own source tree.
$(BENCH_DIR)/peer_tinydnn: tests/bench/peer_tinydnn.cpp
	@mkdir -p $(@D)/third_party
	@ln -sfn /usr/include/stb $(@D)/third_party/stb
	-@$(CXX) -std=c++14 -O3 -march=native -w -I$(@D) $< -o $@ 2>/dev/null || echo "(tiny-dnn is not installed: tiny-dnn libcereal-dev libstb-dev)" >&2

.PHONY: bench bench-compile bench-docs act-docs bench-programs
bench-programs: $(addprefix $(BENCH_DIR)/,bench elements elements-double bench-avx2 bench-omp) $(BENCH_PEERS)
bench: bench-programs ## measure speed beside OpenBLAS, oneDNN, Eigen, PyTorch, numpy, FANN, tiny-dnn. BENCH=products: a part
	@mkdir -p $(BUILD)/results $(BUILD)/figures
	@rm -f $(BENCH_TSV)
	@peer() { [ ! -x $(BENCH_DIR)/$$1 ] || echo $(BENCH_DIR)/$$1; }; \
	export PEER_BLAS="$$(peer peer_blas)" PEER_DNNL="$$(peer peer_dnnl)" \
	    PEER_EIGEN="$$(peer peer_eigen)" PEER_PLAIN="$$(peer peer_plain)" PEER_FANN="$$(peer peer_fann)" \
	    PEER_TINY="$$(peer peer_tinydnn)" PEER_LOOPS="$$(peer peer_loops)" \
	    PEER_PYTHON="$(BENCH_PYTHON) tests/bench/peer_python.py" BENCH_CC="$(CC)" BENCH_DIR="$(BENCH_DIR)" \
	    BENCH_RESULTS="$(BUILD)/results" BENCH_FIGURES="$(BUILD)/figures"; \
	core=HASWELL; if grep -qs avx512f /proc/cpuinfo; then core=SKYLAKEX; fi; \
	OPENBLAS_CORETYPE=$$core $(BENCH_CPU) $(BENCH_DIR)/bench $(BENCH_TSV) $(BENCH) && \
	for p in elements elements-double; do OPENBLAS_CORETYPE=$$core $(BENCH_CPU) $(BENCH_DIR)/$$p $(BENCH_TSV) $(BENCH) || exit 1; done && \
	OPENBLAS_CORETYPE=HASWELL ONEDNN_MAX_CPU_ISA=AVX2 $(BENCH_CPU) $(BENCH_DIR)/bench-avx2 $(BENCH_TSV) $(BENCH) && \
	$(BENCH_DIR)/bench-omp $(BENCH_TSV) $(BENCH)

# What docs/use-fast.md shows. The second takes a quarter of an hour: all 2^32 floats, by 512-bit or the widest vectors
# there are, and by portable ones.
BENCH_ROWS := products AVX2 activations training networks fills numbers double files looking optimisers memory building threads
bench-compile: ## what the header costs to compile and to link, beside an earlier one (BASE=15e8daf, ROUNDS=5)
	@CC='$(CC)' BASE='$(or $(BASE),15e8daf)' ROUNDS='$(or $(ROUNDS),5)' sh tests/bench/compile.sh
bench-docs: bench-programs ## measure, and write what docs/use-fast.md shows of it
	@mkdir -p docs/snippets docs/figures
	@$(MAKE) -s --no-print-directory bench BENCH="$(BENCH_ROWS)" > $(BENCH_DIR)/bench.out && cp $(BENCH_DIR)/bench.out docs/snippets/bench.out
	@$(MAKE) -s --no-print-directory bench BENCH="roofline cost small" > /dev/null
	@for t in roofline cost small; do cp $(BUILD)/results/$$t.txt docs/snippets/$$t.out; done
	@cp $(BUILD)/figures/roofline.svg docs/figures/

ACT_ALL := 1 sigmoid tanh gelu
act-docs: ## test sigmoid, tanh, GELU on all floats, and write what docs/use-fast.md shows of it
	@mkdir -p $(BENCH_DIR)
	$(CC) -O2 -I. -Itests tests/long/act_all.c -o $(BENCH_DIR)/act_all $(LDLIBS)
	$(CC) -O2 -DWINIT_NO_SIMD -I. -Itests tests/long/act_all.c -o $(BENCH_DIR)/act_all_128 $(LDLIBS)
	@f=0; for p in act_all act_all_128; do $(BENCH_DIR)/$$p $(ACT_ALL) || f=1; done > $(BENCH_DIR)/act_all.out; \
	cp $(BENCH_DIR)/act_all.out docs/snippets/act_all.out; cat docs/snippets/act_all.out; exit $$f
