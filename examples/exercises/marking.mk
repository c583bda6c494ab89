# Coursework: `make check-NN` runs exercise NN of examples/exercises as it stands, `make mark-NN FILE=...` marks a hand-in,
# `make mark-class FOLDER=...` a class.

##@ Coursework

EXERCISES := $(sort $(basename $(notdir $(wildcard examples/exercises/[0-9][0-9]_*.c))))
MARK       = MARK_WORK='$(abspath $(BUILD)/marks)' CC='$(CC)' sh examples/exercises/mark.sh $(if $(SEED),-s $(SEED))

.PHONY: mark-class solutions pack-solutions test-exercises $(foreach e,$(EXERCISES),$(foreach what,check mark,$(what)-$(firstword $(subst _, ,$(e)))))
# The marker compiles the library for itself where it has to; here make has done so.
$(BUILD)/marks/winit.o: $(BUILD)/winit.o
	@mkdir -p $(@D); cp $< $@

define EXERCISE
check-$(firstword $(subst _, ,$(1))): $(BUILD)/winit.o
	@mkdir -p $(BUILD)/exercises
	@$(CC) -std=gnu99 -O1 -Wall -I. examples/exercises/$(1).c $(BUILD)/winit.o -o $(BUILD)/exercises/$(1) -lm
	@$(BUILD)/exercises/$(1)
mark-$(firstword $(subst _, ,$(1))): $(BUILD)/marks/winit.o
	@[ -n "$(FILE)" ] || { echo "make $$@ FILE=handed-in.c"; exit 2; }
	@$(MARK) $(firstword $(subst _, ,$(1))) '$(FILE)'
endef
$(foreach e,$(EXERCISES),$(eval $(call EXERCISE,$(e))))

mark-class: $(BUILD)/marks/winit.o ## mark a class: FOLDER of name_NN.c, or of folders; build/marks/class.csv (SEED=7)
	@[ -n "$(FOLDER)" ] || { echo "make mark-class FOLDER=hand-ins"; exit 2; }
	@$(MARK) -j $(JOBS) -c '$(FOLDER)'

# Nobody should meet the answers by chance: in the repository their letters are turned by thirteen places.
solutions: ## for teachers: right and typical wrong answers, into build/solutions
	@mkdir -p $(BUILD)/solutions
	@for f in tests/answers/*.rot13; do tr A-Za-z N-ZA-Mn-za-m < $$f > $(BUILD)/solutions/$$(basename $$f .rot13).c; done
	@echo "$(BUILD)/solutions"
pack-solutions:
	@for f in $(BUILD)/solutions/*.c; do tr A-Za-z N-ZA-Mn-za-m < $$f > tests/answers/$$(basename $$f .c).rot13; done

test-exercises: $(BUILD)/winit.o ## check that the coursework marks right, wrong, and cheating answers as it should (ONLY=04)
	@CC='$(CC)' sh tests/exercises.sh $(BUILD) $(ONLY)

test-long: test-exercises
