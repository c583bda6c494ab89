# winit.h: run `make` for help. Only cc and make are needed for `make run` and `make test`;
# whatever else is found (clang, g++, tcc, sanitizers, ...) makes the tests wider.

CC      ?= cc
CXX     ?= c++
CFLAGS  ?= -O2
LDLIBS  += -lm
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
STRICT  ?= 0
JOBS    ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

ifeq ($(origin CC),default)
CC = cc
endif
ifeq ($(origin CXX),default)
CXX = c++
endif

VERSION := $(shell sed -n 's/^#define WI_VERSION_STRING "\(.*\)".*/\1/p' winit.h 2>/dev/null)

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

##@ The two commands

.PHONY: help run test
run: $(BUILD)/bin/compare ## compare initializers on real handwritten digits (under 20 s)
	@mkdir -p $(BUILD)/results $(BUILD)/figures
	@$(BUILD)/bin/compare

# `test` comes from tests/tests.mk

# ---- programs: the numbered ones of examples/, and those of examples/tools -----------------------------------
EXAMPLES := $(sort $(basename $(notdir $(wildcard examples/[0-9][0-9]_*.c))))
PROGRAMS := $(EXAMPLES) $(sort $(basename $(notdir $(wildcard examples/tools/*.c))))
vpath %.c examples examples/tools

# A reader types  cc -O2 -I. examples/01_hello.c -o hello -lm  and waits for the whole header each time. Here it is
# compiled once: the programs see a winit.h that ignores WINIT_IMPLEMENTATION, and link with winit.o. Those that give
# the header options of their own, or look behind it, compile it whole.
WHOLE_PROGRAMS := $(basename $(notdir $(shell grep -lsE 'wi_impl_|WI_IMPL_|define WINIT_(STATIC|REAL|MALLOC|NO|SIMD)' examples/*.c examples/tools/*.c)))
SHIM           := $(BUILD)/shim
$(SHIM)/winit.h:
	@mkdir -p $(@D)
	@printf '%s\n' '#undef WINIT_IMPLEMENTATION' '#include "$(CURDIR)/winit.h"' > $@
$(BUILD)/winit.o: winit.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DWINIT_IMPLEMENTATION -x c -c winit.h -o $@
# $(call PROGRAM,more flags,the library)
PROGRAM = $(CC) $(CPPFLAGS) $(CFLAGS) $(1) $(if $(filter $*,$(WHOLE_PROGRAMS)),-I. -Iexamples $<,-I$(SHIM) -I. -Iexamples $< $(2)) -o $@ $(LDFLAGS) $(LDLIBS)
$(BUILD)/bin/%: %.c $(BUILD)/winit.o $(SHIM)/winit.h $(wildcard examples/*.h)
	@mkdir -p $(@D)
	$(call PROGRAM,,$(BUILD)/winit.o)

MNIST_DIR ?= $(BUILD)/mnist

# Further targets, in the order of `make help`.
include tests/tests.mk examples/examples.mk docs/docs.mk tests/bench/bench.mk

##@ Installing

# What `make install` copies, where it goes: the header, and what pkg-config and CMake read.
INCLUDEDIR ?= $(PREFIX)/include
PKGDIR     ?= $(PREFIX)/share/pkgconfig
CMAKEDIR   ?= $(PREFIX)/share/cmake/winit
.PHONY: install uninstall dist packaging test-packages clean
install: ## copy winit.h, winit.pc and winitConfig.cmake under PREFIX (/usr/local); DESTDIR is honoured
	install -d "$(DESTDIR)$(INCLUDEDIR)" "$(DESTDIR)$(PKGDIR)" "$(DESTDIR)$(CMAKEDIR)"
	install -m 644 winit.h "$(DESTDIR)$(INCLUDEDIR)/winit.h"
	install -m 644 docs/cmake/winitConfig.cmake docs/cmake/winitConfigVersion.cmake "$(DESTDIR)$(CMAKEDIR)"
	printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$(patsubst $(PREFIX)/%,$${prefix}/%,$(INCLUDEDIR))' '' 'Name: winit' \
	    'Description: Weight initialisation for neural networks, a single-header C library' \
	    'Version: $(VERSION)' 'Cflags: -I$${includedir}' 'Libs: -lm' > "$(DESTDIR)$(PKGDIR)/winit.pc"
	chmod 644 "$(DESTDIR)$(PKGDIR)/winit.pc"

uninstall: ## remove what install copied
	rm -f "$(DESTDIR)$(INCLUDEDIR)/winit.h" "$(DESTDIR)$(PKGDIR)/winit.pc"
	rm -rf "$(DESTDIR)$(CMAKEDIR)"

# A release: the tarball, the built pages where they are, checksums, and what the changelog says of this version.
# URL: the folder of the web that it will lie in. REPO: owner/name, for clib. EMAIL: of the package's maintainer.
DIST  := $(BUILD)/dist
URL   ?= https://example.org/winit/releases
REPO  ?= winit/winit
EMAIL ?= winit@example.org
dist: ## a release in build/dist: tarball, pages (where built), checksums, notes
	@rm -rf $(DIST); mkdir -p $(DIST)
	@git archive --format=tar --prefix=winit-$(VERSION)/ HEAD | gzip -n -9 > $(DIST)/winit-$(VERSION).tar.gz
	@git archive --format=zip --prefix=winit-$(VERSION)/ -o $(DIST)/winit-$(VERSION).zip HEAD
	@if [ -f $(BUILD)/site.zip ]; then cp $(BUILD)/site.zip $(DIST)/winit-$(VERSION)-site.zip; else echo "no pages: make site builds them"; fi
	@awk -v version='$(VERSION)' '/^## / { on = index($$0, "[" version "]") } on' CHANGELOG.md > $(DIST)/notes.md
	@[ -s $(DIST)/notes.md ] || { echo "CHANGELOG.md says nothing of $(VERSION)"; rm $(DIST)/notes.md; }
	@cd $(DIST) && sha256sum winit-* > SHA256SUMS && cat SHA256SUMS

packaging: dist ## the recipes of docs/packaging, filled in, into build/packaging. URL= where the release lies
	@rm -rf $(BUILD)/packaging; cp -r docs/packaging $(BUILD)/packaging
	@tarball=$(DIST)/winit-$(VERSION).tar.gz; \
	  sha256=$$(sha256sum $$tarball | cut -d' ' -f1); sha512=$$(sha512sum $$tarball | cut -d' ' -f1); \
	  find $(BUILD)/packaging -type f | while read -r file; do \
	    sed -i -e 's|@VERSION@|$(VERSION)|g' -e 's|@URL@|$(URL)|g' -e 's|@REPO@|$(REPO)|g' -e 's|@EMAIL@|$(EMAIL)|g' \
	      -e "s|@SHA256@|$$sha256|g" -e "s|@SHA512@|$$sha512|g" -e "s|@DATE@|$$(date -R)|g" "$$file"; done
	@echo "recipes: $(BUILD)/packaging"

test-packages: packaging ## build a program by each package manager and language that is here
	@CC='$(CC)' CXX='$(CXX)' STRICT=$(STRICT) VERSION='$(VERSION)' sh tests/packages.sh $(BUILD)

clean: ## remove build/
	rm -rf $(BUILD)

help: ## this list
	@echo "winit.h $(VERSION): weight initialisation for neural networks. Usage: make TARGET"
	@awk 'BEGIN { FS = ":[^#]*## " } /^##@ / { h = substr($$0, 5); if (!(h in text)) order[++n] = h } \
	    /^[a-z][a-z0-9-]*:.*## / { text[h] = text[h] sprintf("  %-15s %s\n", $$1, $$2) } \
	    END { for (i = 1; i <= n; i++) printf "\n%s\n%s", order[i], text[order[i]] }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: CC=$(CC) CXX=$(CXX) CFLAGS='$(CFLAGS)' PREFIX=$(PREFIX) STRICT=1 (a skip is a failure)"
