# The documentation. `make docs` fails on a Doxygen warning, an output in docs/out that is no longer what the program
# prints, bad TeX, a broken link, or a page that loads something from another host. Needs doxygen, doxygen-awesome-css,
# node and npm (mathjax is fetched once, by name, into build/node).

DOCS      := $(BUILD)/docs
GEN       := $(DOCS)/gen
HTML      := $(DOCS)/html
AWESOME   ?= /usr/share/doxygen-awesome-css
NODE_DIR  := $(BUILD)/node
MATHJAX   := $(NODE_DIR)/node_modules/mathjax/es5
OUTPUTS   := $(EXAMPLES:%=$(DOCS)/out/%.out) $(DOCS)/out/figures.ok

##@ Documentation
.PHONY: docs check-docs outputs test-docs docs-tools
docs: check-docs docs-tools $(HTML)/index.html ## build the documentation into build/docs/html; open index.html there
	@echo "docs: $(HTML)/index.html"

# What each program prints, in a terminal that knows Unicode, with no arguments. Its figures come with it.
$(DOCS)/out/%.out: $(BUILD)/bin/%
	@mkdir -p $(@D) $(BUILD)/figures $(BUILD)/results
	@WINIT_TERM=unicode $(BUILD)/bin/$* > $@ 2> $(DOCS)/out/$*.err || { cat $@ $(DOCS)/out/$*.err; echo "$*: ended with failure"; exit 1; }

# The first three print only; a tool draws their figures.
$(DOCS)/out/figures.ok: $(BUILD)/bin/first_figures
	@mkdir -p $(@D) $(BUILD)/figures
	@$(BUILD)/bin/first_figures > $@

outputs: $(OUTPUTS) ## write what the examples print into docs/out, and the README's figure
	@mkdir -p docs/out
	@for n in $(EXAMPLES); do cmp -s $(DOCS)/out/$$n.out docs/out/$$n.out || { cp $(DOCS)/out/$$n.out docs/out/$$n.out; echo "docs/out/$$n.out"; }; done
	@if [ -f $(BUILD)/figures/ten_layers.svg ]; then cp $(BUILD)/figures/ten_layers.svg docs/figures/; else echo "docs/figures/ten_layers.svg: left as it is; make run draws it anew"; fi

check-docs: $(OUTPUTS) $(SNIPPETS:docs/snippets/%=$(DOCS)/snippets/%.ok) ## run all examples and compare with docs/out
	@p=$(words $(SNIPPETS)); f=0; for n in $(EXAMPLES); do \
	    if diff -u docs/out/$$n.out $(DOCS)/out/$$n.out; then p=$$((p+1)); else f=$$((f+1)); echo "docs/out/$$n.out is stale: make outputs"; fi; done; \
	  for o in $$(ls docs/out); do [ -f examples/$${o%.out}.c ] || { f=$$((f+1)); echo "docs/out/$$o: no such program"; }; done; \
	  sh docs/tools/translations.sh; \
	  echo "$$p passed, $$f failed"; [ $$f = 0 ]

docs-tools:
	@for t in doxygen node npm; do command -v $$t >/dev/null || { echo "make docs needs $$t: apt-get install doxygen doxygen-awesome-css nodejs npm"; exit 1; }; done
	@[ -d $(AWESOME) ] || { echo "make docs needs doxygen-awesome-css: apt-get install doxygen-awesome-css"; exit 1; }
$(NODE_DIR)/mathjax.ok: | docs-tools
	@mkdir -p $(NODE_DIR)
	npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix $(NODE_DIR) mathjax@3.2.2
	@touch $@
$(NODE_DIR)/browser.ok: $(NODE_DIR)/mathjax.ok
	npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix $(NODE_DIR) mathjax@3.2.2 playwright-core axe-core
	@touch $@

# Doxygen's own header for the version at hand, with its $$mathjax line (which would bring a foreign script) replaced,
# the theme's switches started, and a language.
$(GEN)/header.html: docs/tools/head.html docs/docs.mk | docs-tools
	@mkdir -p $(GEN)
	@doxygen -w html $@.new $(GEN)/footer.unused $(GEN)/style.unused 2>/dev/null; rm -f $(GEN)/*.unused
	@sed -e '/^\$$mathjax/{r docs/tools/head.html' -e 'd}' -e 's/^<html xmlns[^>]*>/<html lang="en" xmlns="http:\/\/www.w3.org\/1999\/xhtml">/' $@.new | \
	  awk '/\$$extrastylesheet/ { print; n = split("darkmode-toggle fragment-copy-button paragraph-link interactive-toc", j, " "); \
	    for (i = 1; i <= n; i++) print "<script type=\"text/javascript\" src=\"$$relpath^doxygen-awesome-" j[i] ".js\"></script>"; \
	    print "<script type=\"text/javascript\">DoxygenAwesomeDarkModeToggle.init();DoxygenAwesomeFragmentCopyButton.init();DoxygenAwesomeParagraphLink.init();DoxygenAwesomeInteractiveToc.init()</script>"; next } { print }' > $@
	@rm -f $@.new
$(GEN)/layout.xml: docs/docs.mk | docs-tools
	@mkdir -p $(GEN)
	@doxygen -l $@.new >/dev/null
	@awk '/<navindex>/ { print; print "<tab type=\"mainpage\" visible=\"yes\" title=\"Start\"/>"; \
	    print "<tab type=\"pages\" visible=\"yes\" title=\"Learn, use, look up\" intro=\"\"/>"; print "<tab type=\"modules\" visible=\"yes\" title=\"API by section\" intro=\"\"/>"; \
	    print "<tab type=\"classes\" visible=\"no\" title=\"\"/>"; print "<tab type=\"files\" visible=\"no\" title=\"\"/>"; skip = 1 } \
	    /<\/navindex>/ { skip = 0 } !skip { print }' $@.new > $@; rm -f $@.new
# Pages made from other files: the index of programs from their first comments, the list of chapters from the chapters,
# the first program of the README and what it prints.
CHAPTERS := $(sort $(wildcard docs/[0-9][0-9]-*.md))
$(GEN)/tutorials.md: examples/index.awk docs/tools/chapters.awk docs/zh/chapters.tsv docs/docs.mk $(CHAPTERS) $(wildcard examples/[0-9][0-9]_*.c)
	@mkdir -p $(GEN)
	@awk -f examples/index.awk -v guide=1 -v chapters="$(notdir $(CHAPTERS))" $(sort $(wildcard examples/[0-9][0-9]_*.c)) > $@
	@awk -f docs/tools/chapters.awk $(CHAPTERS) > $(GEN)/learn.md
	@awk -v zh=docs/zh/chapters.tsv -f docs/tools/chapters.awk $(CHAPTERS) > $(GEN)/zh_learn.md
$(GEN)/README_program.out: README.md winit.h
	@mkdir -p $(GEN)
	@awk '/^```c$$/ { on = 1; next } /^```/ && on { exit } on' README.md > $(GEN)/README_program.c
	@$(CC) $(CFLAGS) -I. $(GEN)/README_program.c -o $(GEN)/README_program -lm && $(GEN)/README_program > $@

# The how-to pages' code: compiled, run, and expected to end with success.
SNIPPETS := $(wildcard docs/snippets/*.c docs/snippets/*.cpp)
$(DOCS)/snippets/%.ok: docs/snippets/% winit.h
	@mkdir -p $(@D)
	@$(if $(filter %.cpp,$<),$(CXX) -std=c++11,$(CC) -std=c99) -O0 -Wall -Wextra -I. $< -o $(@:.ok=) -lm && $(@:.ok=) 2>/dev/null >/dev/null && touch $@

$(HTML)/index.html: winit.h docs/Doxyfile $(wildcard docs/*.md docs/zh/*.md docs/out/* docs/tools/* docs/figures/* docs/snippets/*) $(OUTPUTS) \
                    $(GEN)/header.html $(GEN)/layout.xml $(GEN)/tutorials.md $(GEN)/README_program.out $(NODE_DIR)/mathjax.ok
	@rm -rf $(HTML)
	@{ cat docs/Doxyfile; echo 'PROJECT_NUMBER = $(VERSION)'; \
	   echo 'HTML_EXTRA_STYLESHEET = $(AWESOME)/doxygen-awesome.css $(AWESOME)/doxygen-awesome-sidebar-only.css $(AWESOME)/doxygen-awesome-sidebar-only-darkmode-toggle.css docs/tools/winit.css'; \
	   for j in darkmode-toggle fragment-copy-button paragraph-link interactive-toc; do echo "HTML_EXTRA_FILES += $(AWESOME)/doxygen-awesome-$$j.js"; done; } > $(GEN)/Doxyfile
	@rm -rf $(GEN)/images; mkdir -p $(GEN)/images; cp docs/figures/*.svg $(BUILD)/figures/[0-9][0-9]_*.svg $(GEN)/images/
	doxygen $(GEN)/Doxyfile
	@mkdir -p $(HTML)/mathjax/input $(HTML)/mathjax/output/chtml/fonts/woff-v2
	@cp $(MATHJAX)/startup.js $(MATHJAX)/core.js $(MATHJAX)/../LICENSE $(HTML)/mathjax/; cp $(MATHJAX)/input/tex.js $(HTML)/mathjax/input/
	@cp $(MATHJAX)/output/chtml.js $(HTML)/mathjax/output/; cp $(MATHJAX)/output/chtml/fonts/tex.js $(HTML)/mathjax/output/chtml/fonts/
	@cp $(MATHJAX)/output/chtml/fonts/woff-v2/*.woff $(HTML)/mathjax/output/chtml/fonts/woff-v2/
	@node docs/tools/finish.mjs $(HTML) $(NODE_DIR)/node_modules/mathjax || { rm -f $@; exit 1; }

test-docs: docs $(NODE_DIR)/browser.ok ## open every page in a browser: errors, overflow, contrast, alternative texts (needs chromium)
	@node docs/tools/browse.mjs $(HTML) $(NODE_DIR)
