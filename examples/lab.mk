# The laboratory and the sweep.
.PHONY: sweep prove-theory check-lab

# With OpenMP, where the compiler has it, the networks of the sweep share all processors.
$(BUILD)/bin/sweep: private LDFLAGS += $(if $(call builds,$(CC) -fopenmp,),-fopenmp)

sweep: $(BUILD)/bin/sweep ## some thousand small networks: is the forecast right? (ten minutes; SWEEP="-n 500 -s 2")
	@mkdir -p $(BUILD)/results $(BUILD)/figures
	@$(BUILD)/bin/sweep -o $(BUILD)/results $(SWEEP)

# Theory against simulation for every activation and five recipes, 50 layers deep, and the rest of test 13.
prove-theory: $(BUILD)/bin/13_probe ## theory against simulation for every activation, 50 layers deep (a minute)
	@$(BUILD)/bin/13_probe long

$(BUILD)/bin/13_probe: tests/13_probe.c tests/check.h tests/fail_alloc.h winit.h
	@mkdir -p $(@D)
	$(CC) -O2 -I. -Itests $< -o $@ -lm

check-lab: $(BUILD)/bin/lab ## the command line of lab, with good and bad arguments
	@sh tests/lab.sh $(BUILD)/bin/lab

test-long: prove-theory check-lab
