# The test matrix. Every row of it leaves a log whose last line is `N passed, N failed[, N skipped]`;
# a log is the make target, so what passed is not run again until something it depends on changes,
# and what failed is. tests/run.sh writes the logs and adds them up.
#
#   make test                     what this machine compiles, in minutes; `make test-more` has the rest
#   make test ONLY=07 ON=cc       one test in one column (COLUMNS, or header, example); several: ONLY="07 11"
#
# A test tests/NN_name.c is built in the columns cc, clang, cxx, tcc and san, and for the code that other options and
# other processors run: double, nosimd, bits128 and bits256; LATER_... below says which rows are for `make test-more`.
# A line in it may ask for more, or for less:
#   @build portable      also at -O0, 32-bit and, by `make test-late`, on other processors
#   @build openmp        also with -fopenmp, on three threads
#   @build no-double     not with WINIT_REAL=double; likewise no-tcc, no-san and no-cxx (too slow there)
#   @build no-vectors    runs no vector's body: not with nosimd, bits128 and bits256
#   @build once          what it finds follows from equal bytes (07_bytes): in the columns cc and double only
#   @build whole         compiled with the implementation, which it gives macros of its own
#   @build no-x87        not 32-bit (`make bytes` runs it there with SSE2 arithmetic)

LOGS    := $(BUILD)/test
RUN     := STRICT=$(STRICT) LOGS=$(LOGS) sh tests/run.sh
ONLY    ?=
ON      ?=
TESTS   := $(notdir $(basename $(filter $(if $(ONLY),$(ONLY:%=tests/%%),tests/%),$(sort $(wildcard tests/[0-9][0-9]_*.c)))))
# Which test asks for what, as test:word; read once.
MARKS   := $(if $(TESTS),$(shell awk 'match($$0, /@build[a-z0-9 -]*/) { n = split(substr($$0, RSTART, RLENGTH), word, " "); test = FILENAME; \
             gsub(/.*\/|\.c$$/, "", test); for (i = 2; i <= n; i++) print test ":" word[i] }' $(TESTS:%=tests/%.c)))
marked   = $(patsubst %:$(1),%,$(filter %:$(1),$(MARKS)))

WARN_C   := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-qual -Wdouble-promotion \
            -Wundef -Wvla -Wmissing-prototypes -Wstrict-prototypes
WARN_CXX := $(filter-out -Wmissing-prototypes -Wstrict-prototypes,$(WARN_C))
WARN_GCC := -Wc++-compat

# ---- what this machine has ----------------------------------------------------------------------------------
comma    := ,
found     = $(if $(shell command -v $(firstword $(1)) 2>/dev/null),$(1))
# $(call builds,compiler and flags,what runs it): does it make a program that runs here?
builds    = $(shell d=$$(mktemp -d); printf '\043include <errno.h>\n\043include <math.h>\nint main(void) { return 0; }\n' > $$d/a.c; \
                $(1) $$d/a.c -o $$d/a >/dev/null 2>&1 && $(2) $$d/a >/dev/null 2>&1 && echo yes; rm -rf $$d)
ARM64    := clang --target=aarch64-linux-gnu -fuse-ld=lld -static -Wno-unused-command-line-argument
# Not by clang: it multiplies two floats to a double in one instruction, and QEMU 7.2 makes 160 of 3 times 5.
S390X    := s390x-linux-gnu-gcc -static
# Asked for when first needed, and once: $(call once,NAME,what it is).
once      = $(eval $(1) := $(2))$($(1))
ifneq ($(filter test test-% warn asan fuzz,$(MAKECMDGOALS)),)
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))
OTHER    := $(if $(IS_CLANG),$(call found,gcc),$(call found,clang))
OTHERXX  := $(if $(IS_CLANG),$(call found,g++),$(call found,clang++))
HAVE_CXX := $(call found,$(CXX))
TCC      := $(call found,tcc)
HAVE_SAN  = $(call once,HAVE_SAN,$(call builds,$(CC) -fsanitize=address$(comma)undefined,))
HAVE_OMP  = $(call once,HAVE_OMP,$(call builds,$(CC) -fopenmp,))
M32      := $(CC) -m32 -idirafter /usr/include/$(shell $(CC) -print-multiarch 2>/dev/null)
# Not every kernel for x86-64 starts programs of 32 bits.
RUN_M32   = $(call once,RUN_M32,$(if $(call builds,$(M32),),,$(call found,qemu-i386)))
HAVE_M32  = $(call once,HAVE_M32,$(call builds,$(M32),$(RUN_M32)))
HAVE_ARM64 = $(call once,HAVE_ARM64,$(call builds,$(ARM64),qemu-aarch64))
HAVE_S390X = $(call once,HAVE_S390X,$(call builds,$(S390X),qemu-s390x))
HAVE_MSAN = $(call once,HAVE_MSAN,$(call builds,$(if $(IS_CLANG),$(CC),$(OTHER)) -fsanitize=memory,))
# What tells ThreadSanitizer how OpenMP's threads wait for each other.
ARCHER     = $(call once,ARCHER,$(wildcard $(shell $(if $(IS_CLANG),$(CC),$(OTHER)) -print-resource-dir 2>/dev/null)/../../libarcher.so))
HAVE_RACE  = $(call once,HAVE_RACE,$(if $(ARCHER),$(call builds,$(if $(IS_CLANG),$(CC),$(OTHER)) -fsanitize=thread -fopenmp,)))
IS_X86    := $(filter x86_64 i%86 amd64,$(shell uname -m))
# The newest clang by number: compilers forget builtins, and learn warnings.
NEWEST     = $(call once,NEWEST,$(notdir $(shell for n in 30 29 28 27 26 25 24 23 22 21 20 19 18 17 16; do command -v clang-$$n && break; done)))
HAVE_FMA  := $(if $(IS_X86),$(if $(shell grep -m 1 -ow fma /proc/cpuinfo 2>/dev/null),yes))
# Without AVX-512 every column on an x86 processor runs the bodies of 256 bits by itself.
HAVE_512  := $(if $(IS_X86),$(shell grep -m 1 -o avx512f /proc/cpuinfo 2>/dev/null))
endif

# In the columns PART a test that is statistics takes a part of them (CHECK_PART): cc and double, whose arithmetic differs,
# take all. In the columns SLOW, long loops do as well (CHECK_SLOW).
PART          := clang cxx tcc san nosimd bits128 bits256 O0 m32 openmp msan convert dsan race
SLOW          := tcc san O0 msan convert dsan race
PARTLY         = $(if $(filter $(1),$(PART)),-DCHECK_PART) $(if $(filter $(1),$(SLOW)),-DCHECK_SLOW)

# ---- columns: compiler, and flags ---------------------------------------------------------------------------
# The float library as a user builds it, by the compiler at hand and by the other one; the double build judges it.
BUILD_cc       = $(CC) -std=c99 $(CFLAGS) $(WARN_C)
# The stack of each function goes into winit.su: see header.sh.
FRAMES         = $(if $(IS_CLANG),,-fstack-usage)
BUILD_clang    = $(OTHER) -std=c11 -O1 $(WARN_C)
BUILD_cxx      = $(CXX) -x c++ -std=c++17 -O1 $(WARN_CXX)
BUILD_tcc      = $(TCC) -std=c99
BUILD_double   = $(CC) -std=c99 -O1 -DWINIT_REAL=double $(WARN_C)
# No memory error, no leak, no undefined behaviour; not optimised, since sanitizers make optimising very slow. The library
# is, a little, without copies of kernels in their callers: twice the time to compile it, a quarter of the longest test's.
BUILD_san      = $(CC) -std=c99 -O0 -g \
                 -fsanitize=address,undefined -fno-sanitize-recover=all
# Two sets of options that header.sh asks for, with all the warnings that it wants to be silent.
OBJECT_double  = $(if $(IS_CLANG),,$(WARN_GCC))
OBJECT_nosimd  = $(WARN_C) $(OBJECT_double)
OBJECT_san     = -O1 -U__OPTIMIZE__ -fno-inline $(if $(IS_CLANG),,-fno-var-tracking)
BUILD_nosimd   = $(CC) -std=c99 -O1 -DWINIT_NO_SIMD
# The bodies of narrower vectors, which this processor would not choose by itself.
BUILD_bits128  = $(CC) -std=c99 -O1 -DWINIT_SIMD_BITS=128
BUILD_bits256  = $(CC) -std=c99 -O1 -DWINIT_SIMD_BITS=256
# No value is used that was not written; no conversion loses what it should keep. By clang, for `make test-more`.
SANITIZER      = $(if $(IS_CLANG),$(CC),$(OTHER)) -std=c99 -O1 -g -fno-sanitize-recover=all
BUILD_msan     = $(SANITIZER) -fsanitize=memory
BUILD_convert  = $(SANITIZER) -fsanitize=implicit-conversion,float-cast-overflow,signed-integer-overflow,shift,bounds,alignment,pointer-overflow
# No two threads of OpenMP touch a number at once.
BUILD_race     = $(SANITIZER) -fsanitize=thread -fopenmp
BUILD_dsan     = $(SANITIZER:-O1=-O0) -fsanitize=address,undefined -DWINIT_REAL=double
BUILD_O0       = $(CC) -std=c99 -O0
BUILD_m32      = $(M32) -std=gnu99 -O1
BUILD_openmp   = $(CC) -std=c99 -O1 -fopenmp
# A product and a sum in one step, rounded once, as compilers do by default where a processor can; gcc from -O2 on.
BUILD_fused    = $(CC) -std=c99 -O2 -ffp-contract=fast $(HAVE_FMA:yes=-mfma)
BUILD_newest   = $(NEWEST) -std=c2x -O2 $(WARN_C) -Werror
# Other processors, emulated: little-endian with fused multiply-add, and big-endian. Slow: for `make test-late`.
BUILD_arm64    = $(ARM64) -std=c99 -O1
BUILD_s390x    = $(S390X) -std=c99 -O1
# Columns for `make test-more` and `make test-late`, or where ON names them: whatever runs under an emulator is among them.
EMULATED      := arm64 s390x
SANITIZED     := msan convert dsan race
SLOW_M32      := $(if $(RUN_M32),m32)
LATE          := fused newest $(SLOW_M32) $(EMULATED) $(SANITIZED)
COLUMNS       := $(filter-out $(LATE),cc clang cxx tcc san double nosimd bits128 bits256 O0 m32 openmp)

REPEATED  = $(filter-out $(call marked,once),$(TESTS))
IN_cc     = $(TESTS)
# A quarter of all the time for what a quicker column has seen nearly whole: by `make test-more`, and where it is asked for.
# Under other vectors these are the sections that have no vector's body of their own.
LATER_clang   = 13_record 14_faults 14_images
LATER_cxx     = 06_theory 07_identify 08_forward 13_mend 13_probe 14_faults 14_images
LATER_tcc     = 07_identify 13_record
LATER_san     = 06_theory 07_identify 08_forward 13_probe 14_faults 14_images
LATER_double  = 06_theory 07_identify 07_proof 08_theory 13_probe 14_faults 14_images
LATER_O0      = 01_status 07_init 08_random 11_data 14_model 14_save 14_tensors
LATER_openmp  = 07_identify
LATER_nosimd  = $(filter 01% 03% 07_identify 09% 11% 13% 14% 15%,$(REPEATED))
LATER_bits128 = $(LATER_nosimd)
LATER_bits256 = $(LATER_nosimd)
later         = $(if $(ON)$(ONLY),,$(LATER_$(1)))
IN_clang  = $(if $(OTHER),$(filter-out $(call later,clang),$(REPEATED)))
IN_cxx    = $(if $(HAVE_CXX),$(filter-out $(call marked,no-cxx) $(call later,cxx),$(REPEATED)))
IN_tcc    = $(if $(TCC),$(filter-out $(call marked,no-tcc) $(call later,tcc),$(REPEATED)))
IN_san    = $(if $(HAVE_SAN),$(filter-out $(call marked,no-san) $(call later,san),$(REPEATED)))
IN_double = $(filter-out $(call marked,no-double) $(call later,double),$(TESTS))
EVERY_VECTOR = $(filter-out $(call marked,no-vectors),$(REPEATED))
IN_nosimd = $(filter-out $(call later,nosimd),$(EVERY_VECTOR))
IN_bits128 = $(if $(IS_X86),$(IN_nosimd))
IN_bits256 = $(if $(HAVE_512),$(IN_nosimd))
# $(call put_off,column): what `make test` has not run of it.
put_off   = $(if $(IN_$(1)),$(patsubst %,$(LOGS)/$(1)/%.log,$(filter-out $(if $(filter nosimd bits%,$(1)),$(call marked,no-vectors)),$(LATER_$(1)))))
IN_O0     = $(filter-out $(call later,O0),$(call marked,portable))
IN_m32    = $(if $(HAVE_M32),$(filter-out $(call marked,no-x87),$(call marked,portable)))
IN_openmp = $(if $(HAVE_OMP),$(filter-out $(call later,openmp),$(call marked,openmp)))
IN_fused  = $(if $(HAVE_FMA),$(call marked,portable))
IN_newest = $(if $(NEWEST),$(call marked,portable))
IN_arm64  = $(if $(HAVE_ARM64),$(call marked,portable))
IN_s390x  = $(if $(HAVE_S390X),$(call marked,portable))
IN_msan   = $(if $(HAVE_MSAN),$(REPEATED))
# stb_image converts as it pleases.
IN_convert = $(if $(HAVE_MSAN),$(filter-out 14_images,$(REPEATED)))
IN_race   = $(if $(HAVE_RACE),$(call marked,openmp))
IN_dsan   = $(if $(HAVE_MSAN),$(filter $(IN_san) $(LATER_san),$(IN_double) $(filter $(TESTS),$(LATER_double))))

ENV_san    = ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
ENV_m32    = $(if $(RUN_M32),TEST_SECONDS=600 RUNNER=$(RUN_M32))
ENV_openmp = OMP_NUM_THREADS=3
ENV_msan   = TEST_SECONDS=600
ENV_convert = TEST_SECONDS=600
ENV_dsan   = TEST_SECONDS=600 $(ENV_san)
ENV_race   = TEST_SECONDS=600 OMP_NUM_THREADS=3 OMP_TOOL_LIBRARIES=$(ARCHER) TSAN_OPTIONS=ignore_noninstrumented_modules=1
ENV_arm64  = TEST_SECONDS=600 RUNNER=qemu-aarch64
ENV_s390x  = TEST_SECONDS=600 RUNNER=qemu-s390x
UNTYPE_cxx = -x none

# The header is long to compile. A column compiles it once, with the counting allocator, into winit.o; tests that use
# only its public side, and what tests/inside.h has of the private one, are compiled against the declarations (a winit.h
# that ignores WINIT_IMPLEMENTATION) and linked with that. Tests that call wi_impl_ functions, or have options of their own,
# compile it whole, and not optimised, which takes a fifth of the time; neither is stb_image, which 14_images compiles. Nor
# are tests that are linked: where they run long, mostly the library does.
# What runs no vector's body has none compiled by the sanitizers, which take a second for them.
WHOLE := $(if $(TESTS),$(basename $(notdir $(shell grep -lE '@build[a-z -]* whole|wi_impl_|WI_IMPL|define WINIT_(STATIC|REAL|MALLOC|NO|SIMD)' $(TESTS:%=tests/%.c)))))

# Nor do tests of an earlier section compile later ones: that takes half of the time, and shows that no section needs one.
LEAN = $(if $(filter 01 02 03 05 06 07,$(1)),-DWINIT_NO_NET -DWINIT_NO_DATA,$(if $(filter 04 08 09 10,$(1)),-DWINIT_NO_DATA) \
       $(if $(filter 13 15,$(1)),,-DWINIT_NO_PROBE $(if $(filter 14,$(1)),,-DWINIT_NO_SAVE)))

OPTIMISED := openmp race $(EMULATED)
SCALAR    := $(filter $(WHOLE),$(call marked,no-vectors))

# $(call wanted,group): ON is empty or names it.
wanted = $(if $(ON),$(filter $(1),$(ON)),yes)

define column
$(LOGS)/$(1)/winit.o: winit.h tests/impl.c tests/fail_alloc.h tests/inside.h
	@$(RUN) object '$(1) winit.o' $$@ $$(BUILD_$(1)) $$(OBJECT_$(1)) $(if $(filter cc clang,$(1)),$$(FRAMES)) -DTEST_SHARED -I. -Itests -c tests/impl.c
$(LOGS)/$(1)/%.log: tests/%.c winit.h $(wildcard tests/*.h) $(wildcard examples/*.h) $(LOGS)/$(1)/winit.o $(SHIM)/winit.h
	@$(ENV_$(1)) $(RUN) test $(1) $$* $$@ $$(BUILD_$(1)) $(call PARTLY,$(1)) $$(if $$(filter 14_images,$$*),-O0) $$(if $$(filter $$*,$(WHOLE)),$(if $(filter $(1),$(OPTIMISED)),-O1,-O0) $$(call LEAN,$$(firstword $$(subst _, ,$$*))) $(if $(filter san,$(1)),$$(if $$(filter $$*,$(SCALAR)),-DWINIT_NO_SIMD)) -I. -Itests $$<,$(if $(filter $(OPTIMISED),$(1)),,-O0) -DTEST_SHARED -I$(SHIM) -I. -Itests $$< $(UNTYPE_$(1)) $(LOGS)/$(1)/winit.o) -o $(LOGS)/$(1)/$$* -lm
TEST_LOGS += $$(if $$(call wanted,$(1)),$$(if $(filter $(1),$(LATE)),$$(if $$(ON),$$(IN_$(1):%=$(LOGS)/$(1)/%.log)),$$(IN_$(1):%=$(LOGS)/$(1)/%.log)))
endef
$(foreach c,$(COLUMNS) $(LATE),$(eval $(call column,$(c))))

# ---- what a fuller machine would have checked ---------------------------------------------------------------
missing = $(if $(1),,$(LOGS)/skip/$(2).log)
$(LOGS)/skip/%.log: FORCE
	@$(RUN) skip $* $@
SKIPS = $(call missing,$(OTHER),$(if $(IS_CLANG),gcc,clang)) $(call missing,$(HAVE_CXX),g++) \
        $(call missing,$(TCC),tcc) $(call missing,$(HAVE_SAN),sanitizers) $(call missing,$(HAVE_OMP),openmp) \
        $(call missing,$(HAVE_M32),m32)

# ---- the header by itself: warnings, linkage, symbols, its texts --------------------------------------------
# What is about other machines, and choices of several options at once, is for `make test-more` and `make warn`.
HEADER_LATER := $(patsubst %,$(LOGS)/header/%.log,builds choices)
HEADER_LOGS  := $(patsubst %,$(LOGS)/header/%.log,warnings options hostile linkage symbols texts readme) $(if $(ON),$(HEADER_LATER))
# Three of them look at the header as the columns have compiled it.
$(LOGS)/header/warnings.log $(LOGS)/header/builds.log: $(LOGS)/cc/winit.o $(if $(and $(FRAMES),$(OTHER)),$(LOGS)/clang/winit.o)
$(LOGS)/header/warnings.log: $(if $(ON),,$(LOGS)/double/winit.o $(LOGS)/nosimd/winit.o)
$(LOGS)/header/readme.log: $(LOGS)/cc/winit.o $(SHIM)/winit.h
$(LOGS)/header/%.log: winit.h tests/header.sh README.md CHANGELOG.md LICENSE
	@CC='$(CC)' CXX='$(HAVE_CXX)' OTHER='$(OTHER)' OTHERXX='$(OTHERXX)' TCC='$(TCC)' \
	    WARN_C='$(WARN_C)' WARN_CXX='$(WARN_CXX)' WARN_GCC='$(WARN_GCC)' \
	    $(if $(and $(filter -O2,$(CFLAGS)),$(if $(IS_CLANG),,gcc)),FRAMES='$(LOGS)/cc/winit.su' FRAMES_OTHER='$(LOGS)/clang/winit.su' OBJECT='$(LOGS)/cc/winit.o') \
	    SAID='$(if $(ON),,REAL=double=$(LOGS)/double/winit.o.said NO_SIMD=$(LOGS)/nosimd/winit.o.said)' SHIM='$(SHIM)' COMPILED='$(LOGS)/cc/winit.o' $(RUN) script header/$* $@ sh tests/header.sh $*

# ---- every numbered example runs, and ends 0 only if its claim held ------------------------------------------
# With the library of the column cc, whose allocator tells a block that was freed twice or written past its end; and not
# optimised, as other tests that are linked: `make outputs` builds and runs them as a reader does.
EXAMPLE_LOGS := $(EXAMPLES:%=$(LOGS)/example/%.log)
$(EXAMPLES:%=$(LOGS)/example/bin/%): $(LOGS)/example/bin/%: examples/%.c $(LOGS)/cc/winit.o $(SHIM)/winit.h $(wildcard examples/*.h)
	@mkdir -p $(@D)
	@$(call PROGRAM,-O0,$(LOGS)/cc/winit.o)
$(LOGS)/example/%.log: $(LOGS)/example/bin/%
	@$(RUN) example $* $@ $<

# ---- together ------------------------------------------------------------------------------------------------
ALL_ROWS = $(sort $(TEST_LOGS) $(if $(ONLY),,$(if $(call wanted,header),$(HEADER_LOGS)) \
                  $(if $(call wanted,example),$(EXAMPLE_LOGS)) $(if $(ON),,$(MORE_LOGS) $(SKIPS))))
# The longest rows first, so that none of them is left alone at the end.
FIRST    = $(patsubst %,$(LOGS)/%.log,san/13_mend header/warnings header/options header/linkage cc/08_theory tcc/08_net) $(ORACLE).log
ALL_LOGS = $(filter $(FIRST),$(ALL_ROWS)) $(filter-out $(FIRST),$(ALL_ROWS))
# As many at a time as there are cores, unless you say -j yourself.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

##@ The two commands
test: ## the tests (under four minutes on two cores). ONLY=07 ON=cc narrows, STRICT=1 forbids skips
	@mkdir -p $(LOGS)
	@+$(MAKE) --no-print-directory -k $(PARALLEL) test-logs $(foreach name,HAVE_SAN HAVE_OMP RUN_M32 HAVE_M32,$(name)='$($(name))')
	@$(RUN) sum $(ALL_LOGS)
test-logs: $(ALL_LOGS)
	@:

##@ More tests
test-times: ## which rows of the last `make test` took most of the processor's time
	@cat $(LOGS)/*/*.time $(LOGS)/*.time 2>/dev/null | sort -rn | awk '{ all += $$1; if (NR <= 40) print } END { print all " s in all" }'
warn: ## the header's own checks: warnings in every language and option, linkage, symbols, texts
	@$(MAKE) --no-print-directory test ON=header
asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer only
	@$(MAKE) --no-print-directory test ON=san

# Fuzzing: each tests/fuzz/NAME.c is a libFuzzer target, tests/fuzz/NAME/ its seeds. FUZZ=quick builds them optimised, with
# wide vectors, and with nothing that watches: it tries far more inputs, and what is new among them the other build, which
# has the sanitizers, runs again when it starts. Inputs are short: what a byte more could find, one less has found.
FUZZERS      := $(basename $(notdir $(wildcard tests/fuzz/*.c)))
FUZZ_SECONDS ?= 30
# 0: another one each time.
FUZZ_SEED    ?= 0
FUZZ         ?= checked
FUZZ_CC      := $(firstword $(foreach c,clang clang-19 clang-16 clang-14,$(call found,$(c))) clang)
FUZZ_WITH    := $(if $(filter quick,$(FUZZ)),-O2 -DWINIT_SIMD_BITS=256 -fno-sanitize-coverage=trace-cmp$(comma)indirect-calls -fsanitize=,\
                  -O1 -DWINIT_SIMD_BITS=128 -fno-sanitize-recover=all -fsanitize=address$(comma)undefined$(comma))
FUZZ_DIR     := $(BUILD)/fuzz/$(FUZZ)
LENGTH_csv := 128
LENGTH_idx := 64
LENGTH_mat := 24
LENGTH_model := 1536
LENGTH_net := 160
LENGTH_recipe := 100
LENGTH_safetensors := 1800
LENGTH_tensors := 600
.PHONY: test test-logs test-times test-long test-long-logs warn asan fuzz fuzz-record FORCE
fuzz: ## fuzz every surface for FUZZ_SECONDS=30 each (needs clang); FUZZ=quick: optimised, no sanitizers
	@+$(MAKE) --no-print-directory -k $(PARALLEL) $(FUZZERS:%=fuzz-%)
	@echo "$(words $(FUZZERS)) passed, 0 failed"
# One library for all of them, on a machine with little memory.
$(FUZZ_DIR)/winit.o: winit.h
	@mkdir -p $(@D)
	@printf '%s\n' '#include <stdlib.h>' 'static void *allocate(size_t size) { return size > (64u << 20) ? NULL : malloc(size); }' \
	    '#define WINIT_MALLOC(size) allocate(size)' '#define WINIT_FREE(pointer) free(pointer)' '#define WINIT_IMPLEMENTATION' '#include "winit.h"' > $(@D)/impl.c
	$(FUZZ_CC) -g $(FUZZ_WITH)fuzzer-no-link -I. -c $(@D)/impl.c -o $@
$(FUZZERS:%=$(FUZZ_DIR)/%): $(FUZZ_DIR)/%: tests/fuzz/%.c tests/fuzz/take.h $(FUZZ_DIR)/winit.o $(SHIM)/winit.h
	$(FUZZ_CC) -g $(FUZZ_WITH)fuzzer -I$(SHIM) -I. $< $(FUZZ_DIR)/winit.o -o $@ -lm
# A log begins with what was run, and ends with libFuzzer's own counts, also where the run was stopped.
fuzz-%: $(FUZZ_DIR)/%
	@mkdir -p $(BUILD)/fuzz/corpus/$* $(BUILD)/fuzz/log
	@log=$(BUILD)/fuzz/log/$*-$(FUZZ)-$$(date +%s%N); echo "run $* $(FUZZ) $$(date +%F) $$(git rev-parse --short HEAD 2>/dev/null)" > $$log; \
	  $< -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED) -max_len=$(LENGTH_$*) -entropic=0 -timeout=60 -rss_limit_mb=2048 \
	    -verbosity=0 -print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/$*- $(BUILD)/fuzz/corpus/$* $(wildcard tests/fuzz/$*/) >> $$log 2>&1 \
	  || { cat $$log; false; }; sed -n 's/^stat::number_of_executed_units: */$*: executions: /p' $$log
fuzz-record: ## add up the logs of fuzzing in build/fuzz, for docs/proofs/fuzz.md
	@page=docs/proofs/fuzz.md; sed '/^<!-- make fuzz-record/q' $$page > $(BUILD)/fuzz/page; cat $(BUILD)/fuzz/log/* | \
	  awk -f tests/fuzz/record.awk >> $(BUILD)/fuzz/page && mv $(BUILD)/fuzz/page $$page; sed '1,/^<!-- make/d' $$page

# What takes too long for `make test`: the byte promise on other processors, exhaustive tests (tests/long/NAME.c), fuzzing.
LONG := $(sort $(basename $(notdir $(wildcard tests/long/*.c))))
$(LOGS)/long/%.log: tests/long/%.c winit.h $(wildcard tests/*.h)
	@TEST_SECONDS=900 $(RUN) test long $* $@ $(BUILD_cc) -DWINIT_NO_NET -DWINIT_NO_DATA -I. -Itests $< -o $(LOGS)/long/$* -lm
# Distinct objects in distinct threads.
$(LOGS)/long/threads.log: tests/threads.c winit.h tests/check.h
	@TEST_SECONDS=600 $(RUN) test long threads $@ $(SANITIZER) -D_GNU_SOURCE -fsanitize=thread -pthread -I. -Itests $< -o $(LOGS)/long/threads -lm
LONG_LOGS = $(LONG:%=$(LOGS)/long/%.log)
logs_of = $(foreach c,$(1),$(IN_$(c):%=$(LOGS)/$(c)/%.log))
SLOWER_LOGS = $(call logs_of,fused newest $(SLOW_M32) $(SANITIZED)) $(HEADER_LATER) $(foreach c,clang cxx tcc san double O0 openmp nosimd bits128 bits256,$(call put_off,$(c))) \
                 $(if $(HAVE_RACE),$(LOGS)/long/threads.log) \
                 $(call missing,$(HAVE_MSAN),msan) $(call missing,$(HAVE_RACE),race)
LATE_LOGS = $(SLOWER_LOGS) $(call logs_of,$(EMULATED)) $(call missing,$(HAVE_ARM64),arm64) $(call missing,$(HAVE_S390X),s390x)
.PHONY: test-more test-more-logs test-late test-late-logs
test-more: ## what `make test` leaves out: clang's sanitizers, emulated 32 bits, contracted products, other machines' builds, the newest clang (ten minutes on two cores)
	@mkdir -p $(LOGS)
	@+$(MAKE) --no-print-directory -k $(PARALLEL) test-more-logs
	@$(RUN) sum $(SLOWER_LOGS)
test-more-logs: $(if $(filter test-more-logs,$(MAKECMDGOALS)),$(SLOWER_LOGS))
	@:
test-late: ## what test-more runs, and all tests on emulated processors (an hour on two cores)
	@mkdir -p $(LOGS)
	@+$(MAKE) --no-print-directory -k $(PARALLEL) test-late-logs
	@$(RUN) sum $(LATE_LOGS)
test-late-logs: $(if $(filter test-late-logs,$(MAKECMDGOALS)),$(LATE_LOGS))
	@:
test-long: ## the long tests: exhaustive ones, the byte promise, proofs (a quarter of an hour on two cores)
	@mkdir -p $(LOGS)
	@+$(MAKE) --no-print-directory -k $(PARALLEL) test-long-logs
	@$(RUN) sum $(LONG_LOGS)
test-long-logs: $(LONG_LOGS)
	@:

##@ Proofs

# Does a wrong line make a test fail? The sample is fixed by the seed, so that two runs speak of the same places; after
# `make coverage` only tests that run the changed line are run.
MUTANTS := $(if $(N),-n $(N)) $(if $(SEED),-s $(SEED)) $(SECTION:%=--section %) $(if $(SECONDS),--seconds $(SECONDS))
.PHONY: mutants coverage
mutants: ## change winit.h in one place at a time: does a test notice? N=400 places, SECTION='7 8', SEED=1, SECONDS=
	@command -v python3 >/dev/null || { echo "mutants need python3: apt-get install python3"; exit 1; }
	@mkdir -p $(BUILD); CC='$(CC)' python3 tests/mutants.py -j $(JOBS) $(MUTANTS) --keep $(BUILD)/mutants.tsv
coverage: ## lines and branches that the tests run, by section, into docs/proofs/coverage.md (needs gcc, gcov, python3)
	@for t in gcc gcov python3; do command -v $$t >/dev/null || { echo "coverage needs $$t: apt-get install gcc python3"; exit 1; }; done
	@python3 tests/coverage.py -j $(JOBS) -o docs/proofs/coverage.md

# Theory against simulation for every activation and five recipes, 50 layers deep, and the rest of test 13.
.PHONY: prove-theory
prove-theory: $(BUILD)/bin/13_probe ## theory against simulation for every activation, 50 layers deep (a minute)
	@$(BUILD)/bin/13_probe long

$(BUILD)/bin/13_probe: tests/13_probe.c tests/check.h tests/fail_alloc.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -I. -Itests $< -o $@ -lm

test-long: prove-theory

.PHONY: bytes sections
sizes: ## code, memory and stack on small machines, as docs/use-embedded.md shows them
	@CC='$(CC)' sh tests/sizes.sh > docs/snippets/sizes.out; cat docs/snippets/sizes.out; $(MAKE) -s --no-print-directory weave
sections: ## lines and compiled bytes of each section, as docs/contributing.md shows them
	@python3 tests/tools/sections.py > docs/snippets/sections.out; cat docs/snippets/sections.out; $(MAKE) -s --no-print-directory weave

# QUICK=1 leaves out the builds that are columns of `make test`.
QUICK ?= 0
bytes: ## the byte promise: equal hashes from every compiler, option and (emulated) processor found here
	@STRICT=$(STRICT) JOBS=$(JOBS) QUICK=$(QUICK) sh tests/bytes.sh $(BUILD)/bytes

test-long: bytes

.PHONY: proof
proof: $(BUILD)/proof ## the distributions at n = 10^7: Kolmogorov-Smirnov, chi-square, tails, independence
	@$(BUILD)/proof
$(BUILD)/proof: tests/07_proof.c winit.h tests/check.h tests/inside.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DPROOF=10000000 -I. -Itests $< -o $@ -lm

# A battery by others (R. Brown's dieharder, apt-get install dieharder): two hours. docs/proofs/dieharder.txt keeps what it said.
.PHONY: dieharder
dieharder: ## dieharder's battery on the generator: two hours
	@command -v dieharder >/dev/null || { echo "dieharder is missing: apt-get install dieharder"; exit 1; }
	@mkdir -p $(BUILD)
	$(CC) $(CFLAGS) -I. tests/tools/words.c -o $(BUILD)/words -lm
	$(BUILD)/words 1 | dieharder -a -g 200 | tee $(BUILD)/dieharder.txt
	@! grep -q FAILED $(BUILD)/dieharder.txt

test-long: proof

# ---- beside other libraries: skipped with a sentence where they are not installed ------------------------------------
# Our draws against torch.nn.init's, in `make test`; skipped with a sentence where there is no PyTorch.
ORACLE := $(LOGS)/oracle
ifneq ($(filter test test-%,$(MAKECMDGOALS)),)
MORE_LOGS += $(ORACLE).log
ifeq ($(ONLY)$(ON),)
test-logs: $(ORACLE).log
endif
endif
$(ORACLE).bin: tests/oracle.c $(LOGS)/cc/winit.o $(SHIM)/winit.h
	@$(CC) -std=c99 -O1 -I$(SHIM) -I. $< $(LOGS)/cc/winit.o -o $@ -lm
$(ORACLE).log: $(ORACLE).bin tests/oracle.py tests/oracle.sh
	@STRICT=$(STRICT) $(RUN) script oracle $@ sh tests/oracle.sh $(ORACLE).bin

# Files that others read and write: networks to PyTorch and back, without any package of theirs but PyTorch itself.
PYTORCH := $(LOGS)/pytorch
ifneq ($(filter test test-%,$(MAKECMDGOALS)),)
MORE_LOGS += $(PYTORCH).log
ifeq ($(ONLY)$(ON),)
test-logs: $(PYTORCH).log
endif
endif

$(PYTORCH).float: tests/pytorch.c $(LOGS)/cc/winit.o $(SHIM)/winit.h
	@$(CC) -std=c99 -O1 -I$(SHIM) -I. $< $(LOGS)/cc/winit.o -o $@ -lm
$(PYTORCH).double: tests/pytorch.c $(LOGS)/double/winit.o $(SHIM)/winit.h
	@$(CC) -std=c99 -O1 -DWINIT_REAL=double -I$(SHIM) -I. $< $(LOGS)/double/winit.o -o $@ -lm
$(PYTORCH).log: $(PYTORCH).float $(PYTORCH).double tests/pytorch.py tests/pytorch.sh
	@STRICT=$(STRICT) $(RUN) script pytorch $@ sh tests/pytorch.sh $(PYTORCH).float $(PYTORCH).files $(PYTORCH).double

# Several ranks of one machine: needs an MPI (apt-get install openmpi-bin libopenmpi-dev).
.PHONY: test-mpi
test-mpi: ## the same network from 1 to 4 MPI ranks, and after a rank was killed
	@command -v mpicc >/dev/null || { echo "no MPI: apt-get install openmpi-bin libopenmpi-dev"; exit $(if $(filter 1,$(STRICT)),1,0); }
	@mkdir -p $(BUILD)/bin
	OMPI_CC='$(CC)' mpicc $(CFLAGS) -I. -Iexamples examples/mpi/train.c -o $(BUILD)/bin/mpi-train -lm
	@OMPI_CC='$(CC)' mpicc -std=gnu99 -Wall -Wextra -Werror -fsyntax-only -I. examples/mpi/scaling.c
	@sh tests/mpi.sh $(BUILD)/bin/mpi-train $(BUILD)/mpi

.PHONY: scaling
scaling: ## measure data-parallel steps on 1 to 4 ranks, and what other networks allow, for docs/use-cluster.md
	@mkdir -p $(BUILD)/bin
	OMPI_CC='$(CC)' mpicc $(CFLAGS) -I. examples/mpi/scaling.c -o $(BUILD)/bin/scaling -lm
	OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun --oversubscribe -n 4 $(BUILD)/bin/scaling > docs/snippets/scaling.out
	@cat docs/snippets/scaling.out; $(MAKE) -s --no-print-directory weave

.PHONY: test-device
test-device: ## a trained network from flash on emulated microcontrollers
	@CC='$(CC)' STRICT=$(STRICT) sh tests/device.sh $(BUILD)/device

.PHONY: test-windows
test-windows: ## the tests on Windows: mingw-w64 and wine
	@STRICT=$(STRICT) sh tests/windows.sh $(BUILD)/windows
