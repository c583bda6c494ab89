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
check-notebooks: notebooks ## run the notebooks' cells from beginning to end (needs python3-numpy, python3-matplotlib, python3-nbformat)
	@p=0; f=0; \
	  result() { if [ $$1 = 0 ]; then p=$$((p+1)); else f=$$((f+1)); echo "$$2:"; cat $(BUILD)/notebooks/said; fi; }; \
	  if $(PYTHON) -c 'import nbformat' 2>/dev/null; then valid=1; else valid=0; echo "no python3-nbformat: the notebooks' form is not checked"; [ $(STRICT) != 1 ] || f=1; fi; \
	  for n in $(NOTEBOOKS); do \
	    MPLBACKEND=Agg PYTHONPATH=docs/notebooks $(PYTHON) docs/notebooks/$$n.py > $(BUILD)/notebooks/said 2>&1; result $$? $$n; \
	    [ $$valid = 0 ] || { $(PYTHON) -c 'import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], 4))' $(BUILD)/notebooks/$$n.ipynb > $(BUILD)/notebooks/said 2>&1; result $$? $$n.ipynb; }; done; \
	  echo "$$p passed, $$f failed"; [ $$f = 0 ]
