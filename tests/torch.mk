# Files that others read and write: networks to PyTorch and back, without any package of theirs but PyTorch itself.
PYTORCH := $(LOGS)/pytorch
ifneq ($(filter test test-%,$(MAKECMDGOALS)),)
MORE_LOGS += $(PYTORCH).log
ifeq ($(ONLY)$(ON),)
test-logs: $(PYTORCH).log
endif
endif

$(PYTORCH).float: tests/pytorch.c winit.h
	@mkdir -p $(@D)
	@$(CC) -std=c99 -O1 -I. $< -o $@ -lm
$(PYTORCH).double: tests/pytorch.c winit.h
	@mkdir -p $(@D)
	@$(CC) -std=c99 -O1 -DWINIT_REAL=double -I. $< -o $@ -lm
$(PYTORCH).log: $(PYTORCH).float $(PYTORCH).double tests/pytorch.py tests/pytorch.sh
	@STRICT=$(STRICT) $(RUN) script pytorch $@ sh tests/pytorch.sh $(PYTORCH).float $(PYTORCH).files $(PYTORCH).double
