# The live figures: winit.h as WebAssembly, for the pages. Included by docs/docs.mk; needs Debian's clang, lld, wasi-libc and
# libclang-rt-NN-dev-wasm32. Where they are missing the pages are built without them, and their static figures stand.

LIVE      := $(BUILD)/live
WASM_CC   ?= clang --target=wasm32-wasi
WASM_LINK := -lm -Wl,--gc-sections,--strip-all,--compress-relocations,-z,stack-size=262144
LIVE_TRY   = mkdir -p $(LIVE) && echo 'int main(void) { return 0; }' > $(LIVE)/try.c && $(WASM_CC) $(LIVE)/try.c -o $(LIVE)/try.wasm
LIVE_OK    = $(shell { $(LIVE_TRY); } 2>/dev/null && echo yes)

# Pages may be read from a disk, where a page may load scripts only: what is packed, is a script that hands over text.
PACK = { printf '(window.WI_LIVE_DATA ??= {})["%s"] = "' $(1); gzip -9nc $(2) | base64 | tr -d '\n'; printf '";\n'; }

COMMA := ,
# The library once for vectors of 128 bits and once without; everything else links with that. For size (-Oz), which is as fast
# here as -O2 and a fifth smaller; and of what nothing forces inline, calls, which take less room still. Keep wasm-opt out of
# the way: clang 14 calls it, and it does not know these vectors.
VECTORS_OR_NOT = $(if $(filter simd,$*),-msimd128 -mnontrapping-fptoint -msign-ext,-DWINIT_NO_SIMD)
.SECONDARY: $(LIVE)/winit-simd.o $(LIVE)/winit-plain.o
$(LIVE)/winit-%.o: winit.h
	@mkdir -p $(@D)
	$(WASM_CC) -Oz -mllvm -inline-threshold=-50 $(VECTORS_OR_NOT) -DNDEBUG -DWINIT_IMPLEMENTATION -x c -c $< -o $@
$(LIVE)/engine-%.wasm: docs/live/live.c docs/live/libc.c $(LIVE)/winit-%.o
	$(WASM_CC) -Oz -mllvm -inline-threshold=-50 $(VECTORS_OR_NOT) -DLIVE_LINKED -mexec-model=reactor -I. $^ -o $@ $(WASM_LINK)

# The chapters' programs. Where try.txt names a constant, the page may set it; left alone, it is the book's.
TRY_ROW = awk -F' [|] ' '$$1 == "$*" { $(1) }' docs/live/try.txt
$(LIVE)/try/%.c: examples/%.c docs/live/try.txt
	@mkdir -p $(@D); $(call TRY_ROW,print $$6) > $(@:.c=.sed)
	@{ $(call TRY_ROW,printf "#include \"docs/live/try.h\"\n#define TRY live_try(%s)\n"$(COMMA) $$3); sed -f $(@:.c=.sed) $<; } > $@
	@[ ! -s $(@:.c=.sed) ] || [ $$(grep -c TRY $@) -gt 1 ] || { echo "docs/live/try.txt is stale: $*"; rm $@; exit 1; }
$(LIVE)/program-%.wasm: $(LIVE)/try/%.c docs/live/try.h $(LIVE)/winit-simd.o $(SHIM)/winit.h $(wildcard examples/*.h)
	@$(WASM_CC) -O2 -msimd128 $(if $(filter $*,$(WHOLE_PROGRAMS)),-I. -Iexamples $<,-I$(SHIM) -I. -Iexamples $< $(LIVE)/winit-simd.o) -o $@ $(WASM_LINK)
.SECONDARY: $(EXAMPLES:%=$(LIVE)/try/%.c) $(EXAMPLES:%=$(LIVE)/program-%.wasm)

LIVE_SITE := live.js live.css live-simd.js live-plain.js live-digits.js live-try.js $(EXAMPLES:%=live-%.js)
$(LIVE)/site/live.css: docs/live/live.css
	@mkdir -p $(@D); cp $< $@
# The thread's script comes with the page's, so that it can begin while the engine is still loaded.
$(LIVE)/site/live.js: docs/live/worker.js docs/live/live.js
	@mkdir -p $(@D); { printf '(window.WI_LIVE_DATA ??= {}).worker = "'; base64 $< | tr -d '\n'; printf '";\n'; cat docs/live/live.js; } > $@
$(LIVE)/site/live-simd.js $(LIVE)/site/live-plain.js: $(LIVE)/site/live-%.js: $(LIVE)/engine-%.wasm
	@mkdir -p $(@D); $(call PACK,$*,$<) > $@
$(LIVE)/site/live-digits.js: examples/data/digits-images.idx3-ubyte examples/data/digits-labels.idx1-ubyte
	@mkdir -p $(@D); { $(call PACK,images,$<); $(call PACK,labels,$(word 2,$^)); } > $@
$(LIVE)/site/live-try.js: docs/live/try.txt
	@mkdir -p $(@D); awk -F' [|] ' 'BEGIN { print "(window.WI_LIVE_DATA ??= {}).try = {" } !/^#/ { printf "  \"%s\": [\"%s\", %s, %s, %s],\n", $$1, $$2, $$3, $$4, $$5 } END { print "};" }' $< > $@
$(LIVE)/site/live-%.js: $(LIVE)/program-%.wasm docs/out/%.out
	@mkdir -p $(@D); { $(call PACK,$*,$<); $(call PACK,$*.out,docs/out/$*.out); } > $@

.PHONY: live
live:
	@mkdir -p $(LIVE)/site
	@$(if $(LIVE_OK),$(MAKE) --no-print-directory $(LIVE_SITE:%=$(LIVE)/site/%),echo "note: no live figures without clang, lld, \
	    wasi-libc and libclang-rt-14-dev-wasm32 (Debian's names); the static ones stand")
# Where it stands in the head, and which figures a page has, docs/tools/finish.mjs says to it.
LIVE_SCRIPT = $(if $(LIVE_OK),<script type=\"text/javascript\" async=\"async\" src=\"$$relpath^live.js\"></script>)

# The engines against the same C for this machine; then the figures as a reader uses them. FAST=1 takes a part, under a minute.
$(LIVE)/native: tests/live/native.c docs/live/live.c docs/live/libc.c $(BUILD)/winit.o
	@mkdir -p $(@D)
	$(CC) -std=c99 $(CPPFLAGS) $(CFLAGS) -I. $< $(BUILD)/winit.o -o $@ $(LDFLAGS) $(LDLIBS)
# The engine is compared with the native library once, outside any browser.
.PHONY: test-live
test-live: $(LIVE)/native $(LIVE)/engine-simd.wasm $(LIVE)/engine-plain.wasm $(HTML)/index.html $(NODE_DIR)/browser.ok ## use the live figures in a browser (FAST=1: a part, ONLY='program 0': those; BROWSER=firefox; needs it or chromium, and clang's wasm32)
	@$(if $(filter firefox,$(BROWSER)),,node tests/live/engine.mjs $(filter %native %.wasm,$^))
	@BROWSER=$(BROWSER) node tests/live/figures.mjs $(HTML) $(NODE_DIR) $(if $(FAST),fast)
