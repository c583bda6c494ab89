# A notebook for each part of the path: docs/notebooks/N_name.py are plain programs, and notebooks are made of them.

NOTEBOOKS := $(basename $(notdir $(wildcard docs/notebooks/[0-9]_*.py)))
PYTHON    ?= /usr/bin/python3

.PHONY: notebooks check-notebooks
$(BUILD)/libwinit.so: winit.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -DWINIT_IMPLEMENTATION -x c winit.h -o $@ $(LDLIBS)
notebooks: $(BUILD)/libwinit.so ## a Jupyter notebook for each part of the path, into build/notebooks (needs python3)
	@mkdir -p $(BUILD)/notebooks; cp docs/notebooks/winit.py $(BUILD)/libwinit.so $(BUILD)/notebooks/
	@for n in $(NOTEBOOKS); do $(PYTHON) docs/tools/notebook.py docs/notebooks/$$n.py > $(BUILD)/notebooks/$$n.ipynb || exit 1; done; echo "$(BUILD)/notebooks"
check-notebooks: notebooks ## run the notebooks' cells from beginning to end (needs python3-numpy, python3-matplotlib)
	@p=0; f=0; for n in $(NOTEBOOKS); do if MPLBACKEND=Agg PYTHONPATH=docs/notebooks $(PYTHON) docs/notebooks/$$n.py > $(BUILD)/notebooks/said 2>&1; \
	  then p=$$((p+1)); else f=$$((f+1)); echo "$$n:"; cat $(BUILD)/notebooks/said; fi; done; echo "$$p passed, $$f failed"; [ $$f = 0 ]
