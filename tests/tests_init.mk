# Proofs of sections 2 and 7 that take longer than `make test` should.

.PHONY: bytes
bytes: ## the byte promise: equal hashes from every compiler, option and (emulated) processor found here
	@STRICT=$(STRICT) sh tests/bytes.sh $(BUILD)/bytes

test-long: bytes

.PHONY: proof
proof: $(BUILD)/proof ## the distributions at n = 10^7: Kolmogorov-Smirnov, chi-square, tails, independence
	@$(BUILD)/proof
$(BUILD)/proof: tests/07_proof.c winit.h tests/check.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DPROOF=10000000 -I. -Itests $< -o $@ -lm

# A battery by others (R. Brown's dieharder, apt-get install dieharder): two hours. docs/dieharder.txt keeps what it said.
.PHONY: dieharder
dieharder: ## dieharder's battery on the generator: two hours
	@command -v dieharder >/dev/null || { echo "dieharder is missing: apt-get install dieharder"; exit 1; }
	@mkdir -p $(BUILD)
	$(CC) $(CFLAGS) -I. tests/tools/words.c -o $(BUILD)/words -lm
	$(BUILD)/words 1 | dieharder -a -g 200 | tee $(BUILD)/dieharder.txt
	@! grep -q FAILED $(BUILD)/dieharder.txt

test-long: proof

# Our draws against torch.nn.init's, in `make test`; skipped with a sentence where there is no PyTorch.
ORACLE := $(LOGS)/oracle
ifneq ($(filter test test-%,$(MAKECMDGOALS)),)
MORE_LOGS += $(ORACLE).log
ifeq ($(ONLY)$(ON),)
test-logs: $(ORACLE).log
endif
endif
$(ORACLE).bin: tests/oracle.c winit.h
	@mkdir -p $(@D)
	@$(CC) -std=c99 -O1 -I. $< -o $@ -lm
$(ORACLE).log: $(ORACLE).bin tests/oracle.py tests/oracle.sh
	@STRICT=$(STRICT) $(RUN) script oracle $@ sh tests/oracle.sh $(ORACLE).bin
