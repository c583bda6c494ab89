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
# the header options of their own compile it whole.
WHOLE_PROGRAMS := $(basename $(notdir $(shell grep -lsE 'stb_image|define WINIT_(STATIC|REAL|MALLOC|NO|SIMD)' examples/*.c examples/tools/*.c)))
SHIM           := $(BUILD)/shim
$(SHIM)/winit.h:
	@mkdir -p $(@D)
	@printf '%s\n' '#undef WINIT_IMPLEMENTATION' '#include "$(CURDIR)/winit.h"' > $@
$(BUILD)/winit.o: winit.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DWINIT_IMPLEMENTATION -x c -c winit.h -o $@
$(BUILD)/bin/%: %.c $(BUILD)/winit.o $(SHIM)/winit.h $(wildcard examples/*.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(if $(filter $*,$(WHOLE_PROGRAMS)),-I. -Iexamples $<,-I$(SHIM) -I. -Iexamples $< $(BUILD)/winit.o) -o $@ $(LDFLAGS) $(LDLIBS)

MNIST_DIR ?= $(BUILD)/mnist

# Further targets, in the order of `make help`.
include tests/tests.mk examples/examples.mk docs/docs.mk tests/bench/bench.mk

##@ Installing

.PHONY: install uninstall dist clean
install: ## copy winit.h and winit.pc under PREFIX (/usr/local); DESTDIR is honoured
	install -d "$(DESTDIR)$(PREFIX)/include" "$(DESTDIR)$(PREFIX)/share/pkgconfig"
	install -m 644 winit.h "$(DESTDIR)$(PREFIX)/include/winit.h"
	printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include' '' 'Name: winit' \
	    'Description: Weight initialisation for neural networks, a single-header C library' \
	    'Version: $(VERSION)' 'Cflags: -I$${includedir}' 'Libs: -lm' \
	    > "$(DESTDIR)$(PREFIX)/share/pkgconfig/winit.pc"
	chmod 644 "$(DESTDIR)$(PREFIX)/share/pkgconfig/winit.pc"

uninstall: ## remove what install copied
	rm -f "$(DESTDIR)$(PREFIX)/include/winit.h" "$(DESTDIR)$(PREFIX)/share/pkgconfig/winit.pc"

dist: ## pack what is committed into build/winit-VERSION.tar.gz
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=winit-$(VERSION)/ -o $(BUILD)/winit-$(VERSION).tar.gz HEAD

clean: ## remove build/
	rm -rf $(BUILD)

help: ## this list
	@echo "winit.h $(VERSION): weight initialisation for neural networks. Usage: make TARGET"
	@awk 'BEGIN { FS = ":[^#]*## " } /^##@ / { h = substr($$0, 5); if (!(h in text)) order[++n] = h } \
	    /^[a-z][a-z0-9-]*:.*## / { text[h] = text[h] sprintf("  %-15s %s\n", $$1, $$2) } \
	    END { for (i = 1; i <= n; i++) printf "\n%s\n%s", order[i], text[order[i]] }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: CC=$(CC) CXX=$(CXX) CFLAGS='$(CFLAGS)' PREFIX=$(PREFIX) STRICT=1 (a skip is a failure)"
