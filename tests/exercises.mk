# Coursework: `make check-NN` marks exercise NN of examples/exercises; `make test-exercises` checks the marking itself.
EXERCISES := $(sort $(basename $(notdir $(wildcard examples/exercises/[0-9][0-9]_*.c))))

.PHONY: test-exercises $(foreach e,$(EXERCISES),check-$(firstword $(subst _, ,$(e))))
$(BUILD)/exercises/winit.o: winit.h
	@mkdir -p $(@D)
	@printf '#define WINIT_IMPLEMENTATION\n#include "winit.h"\n' > $(BUILD)/exercises/winit.c
	@$(CC) $(CFLAGS) -I. -c $(BUILD)/exercises/winit.c -o $@

define EXERCISE
check-$(firstword $(subst _, ,$(1))): $(BUILD)/exercises/winit.o
	@$(CC) -std=c99 -O1 -Wall -I. examples/exercises/$(1).c $(BUILD)/exercises/winit.o -o $(BUILD)/exercises/$(1) -lm
	@$(BUILD)/exercises/$(1)
endef
$(foreach e,$(EXERCISES),$(eval $(call EXERCISE,$(e))))

test-exercises: ## check that the coursework marks right and typical wrong answers as it should
	@CC='$(CC)' sh tests/exercises.sh $(BUILD)

test-long: test-exercises
