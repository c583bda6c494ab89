# The programs beside the numbered ones (examples/tools), the index of the numbered ones, and the coursework.

##@ Tools

.PHONY: mnist run-mnist run-lenet sweep strangers check-lab
mnist: ## fetch the MNIST digits into build/mnist (the one target that uses the network)
	@sh examples/data/mnist.sh $(BUILD)/mnist

run-mnist: $(BUILD)/bin/mnist ## the published MNIST table, five seeds a row (MNIST_DIR=folder)
	@mkdir -p $(BUILD)/results $(BUILD)/figures
	@MNIST_DIR=$(MNIST_DIR) $(BUILD)/bin/mnist

run-lenet: $(BUILD)/bin/lenet ## train a small convolutional network on MNIST to 99 % (some minutes; MNIST_DIR=folder)
	@MNIST_DIR=$(MNIST_DIR) $(BUILD)/bin/lenet

# With OpenMP, where the compiler has it, the networks of the sweep's map share all processors.
$(BUILD)/bin/sweep: private LDFLAGS += $(if $(call builds,$(CC) -fopenmp,),-fopenmp)

sweep: $(BUILD)/bin/sweep ## networks of ninety families: is the forecast right? (ten minutes; SWEEP="-n 500 -s 2")
	@mkdir -p $(BUILD)/results $(BUILD)/figures
	@$(BUILD)/bin/sweep -o $(BUILD)/results $(SWEEP)

strangers: $(BUILD)/bin/sweep ## the same of 26 families that nothing was fitted to (five minutes; STRANGERS="--trial 400")
	@mkdir -p $(BUILD)/results/strangers
	@$(BUILD)/bin/sweep -s 1000000 -n 832 --no-map -o $(BUILD)/results/strangers $(STRANGERS)

check-lab: $(BUILD)/bin/lab ## the command line of lab, with good and bad arguments
	@sh tests/lab.sh $(BUILD)/bin/lab

test-long: check-lab

##@ Examples

# What each numbered program says of itself in its first comment, as a table: one script, for code hosts and the guide.
.PHONY: examples index check-index
examples: $(PROGRAMS:%=$(BUILD)/bin/%) ## build every program of examples/ into build/bin

NUMBERED    := $(sort $(wildcard examples/[0-9][0-9]_*.c))
INDEX       := awk -v chapters="$(sort $(wildcard docs/[0-9][0-9]-*.md))" -f examples/index.awk $(NUMBERED)
index: ## write examples/README.md from the programs' first comments
	@$(INDEX) > examples/README.md

check-index:
	@mkdir -p $(BUILD); $(INDEX) > $(BUILD)/index.md; diff -u examples/README.md $(BUILD)/index.md || { echo "examples/README.md is stale: make index"; exit 1; }

include examples/exercises/marking.mk
