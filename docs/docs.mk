# The documentation. `make docs` fails on a Doxygen warning, an output in docs/out that is no longer what the program
# prints, bad TeX, a broken link, or a page that loads something from another host. Needs doxygen, doxygen-awesome-css,
# node and npm (mathjax and minisearch are fetched once, by name, into build/node).

DOCS      := $(BUILD)/docs
GEN       := $(DOCS)/gen
HTML      := $(DOCS)/html
AWESOME   ?= /usr/share/doxygen-awesome-css
NODE_DIR  := $(BUILD)/node
MATHJAX   := $(NODE_DIR)/node_modules/mathjax/es5
# The how-to pages' code is compiled, run, and expected to end with success.
SNIPPETS  := $(wildcard docs/snippets/*.c docs/snippets/*.cpp)
OUTPUTS   := $(EXAMPLES:%=$(DOCS)/out/%.out) $(DOCS)/out/figures.ok

include docs/live/live.mk

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

# The pages are Markdown as code hosts show it. Listings, outputs and lists of chapters stand in them between markers,
# written there by docs/tools/weave.awk.
PAGES   := $(wildcard docs/*.md docs/zh/*.md)
# The figures of the Chinese pages are the English ones with other words.
ZH_FIGURES := $(patsubst zh_%,%,$(notdir $(shell sed -n 's/^!\[.*(\(.*zh_.*\.svg\))$$/\1/p' docs/zh/*.md 2>/dev/null)))
.PHONY: weave
outputs: $(OUTPUTS) ## write what the examples print into docs/out and the pages, and their figures into docs/figures
	@mkdir -p docs/out docs/figures
	@for n in $(EXAMPLES); do cmp -s $(DOCS)/out/$$n.out docs/out/$$n.out || { cp $(DOCS)/out/$$n.out docs/out/$$n.out; echo "docs/out/$$n.out"; }; done
	@for n in $$(cd $(BUILD)/figures && ls [0-9][0-9]_*.svg); do cmp -s $(BUILD)/figures/$$n docs/figures/$$n || { cp $(BUILD)/figures/$$n docs/figures/$$n; echo "docs/figures/$$n"; }; done
	@if [ -f $(BUILD)/figures/ten_layers.svg ]; then cp $(BUILD)/figures/ten_layers.svg docs/figures/; else echo "docs/figures/ten_layers.svg: left as it is; make run draws it anew"; fi
	@$(MAKE) -s --no-print-directory weave
weave: ## write listings and outputs anew into the pages, between their markers
	@mkdir -p $(DOCS)
	@for f in $(ZH_FIGURES); do awk -f docs/tools/figures.awk docs/zh/figures.tsv docs/figures/$$f > $(DOCS)/woven || exit 1; cmp -s $(DOCS)/woven docs/figures/zh_$$f || { cp $(DOCS)/woven docs/figures/zh_$$f; echo "docs/figures/zh_$$f"; }; done
	@awk -f docs/tools/quiz.awk docs/quiz.txt > docs/quiz.md; awk -f docs/tools/refs.awk docs/bibliography.md > docs/refs.bib
	@for f in $(PAGES); do awk -f docs/tools/weave.awk $$f > $(DOCS)/woven || exit 1; cmp -s $(DOCS)/woven $$f || { cp $(DOCS)/woven $$f; echo "$$f"; }; done

# Where multiply and add are fused (AVX2, AVX-512, 64-bit Arm) every output is the same to the last digit. Elsewhere
# rounding differs, and with it what a training ends with: there a program's own claim decides, and its words
# and numbers are near (docs/tools/near.awk). Figures are compared where outputs are exact.
$(DOCS)/exact: winit.h
	@mkdir -p $(@D)
	@printf '%s\n' '#define WINIT_STATIC' '#include "winit.h"' 'int main(void) {' '#if defined(__aarch64__)' 'return wi_impl_simd_bits() < 128;' \
	    '#else' 'return wi_impl_simd_bits() < 256;' '#endif' '}' > $@.c
	@$(CC) $(CPPFLAGS) -I. $@.c -o $@.bin -lm && if $(DOCS)/exact.bin; then echo yes; else echo no; fi > $@

# With CPPFLAGS=-DWINIT_NO_SIMD any machine is of the second kind.
check-docs: $(OUTPUTS) $(DOCS)/exact $(SNIPPETS:docs/snippets/%=$(DOCS)/snippets/%.ok) ## run all examples; compare with docs/out and the pages
	@p=$(words $(SNIPPETS)); f=0; read exact < $(DOCS)/exact; \
	  stale() { f=$$((f+1)); echo "$$1 is stale: make outputs"; }; \
	  for n in $(EXAMPLES); do \
	    if cmp -s docs/out/$$n.out $(DOCS)/out/$$n.out; then p=$$((p+1)); \
	    elif [ $$exact = yes ]; then diff -u docs/out/$$n.out $(DOCS)/out/$$n.out; stale docs/out/$$n.out; \
	    elif awk -f docs/tools/near.awk docs/out/$$n.out $(DOCS)/out/$$n.out; then p=$$((p+1)); else f=$$((f+1)); echo "docs/out/$$n.out differs by more than rounding"; fi; done; \
	  [ $$exact = no ] || for n in $$(cd $(BUILD)/figures && ls [0-9][0-9]_*.svg); do if cmp -s $(BUILD)/figures/$$n docs/figures/$$n; then p=$$((p+1)); else stale docs/figures/$$n; fi; done; \
	  for o in $$(ls docs/out); do [ -f examples/$${o%.out}.c ] || [ -f examples/tools/$${o%.out}.c ] || { f=$$((f+1)); echo "docs/out/$$o: no such program"; }; done; \
	  for g in $(PAGES); do if awk -f docs/tools/weave.awk $$g > $(DOCS)/woven && cmp -s $(DOCS)/woven $$g; then p=$$((p+1)); else f=$$((f+1)); diff $$g $(DOCS)/woven | head -n 8; echo "$$g is stale: make weave"; fi; done; \
	  for g in $(ZH_FIGURES); do if awk -f docs/tools/figures.awk docs/zh/figures.tsv docs/figures/$$g | cmp -s - docs/figures/zh_$$g; then p=$$((p+1)); else f=$$((f+1)); echo "docs/figures/zh_$$g is stale: make weave"; fi; done; \
	  for w in $$(grep -nE '\\f[$$[]|\\(ref|subpage|snippet|htmlonly|image) ' $(PAGES) | cut -d: -f1,2); do f=$$((f+1)); echo "$$w: Doxygen's markup, which no code host shows"; done; \
	  for w in quiz.awk:quiz.txt:quiz.md refs.awk:bibliography.md:refs.bib; do \
	    set -- $$(echo $$w | tr : ' '); if awk -f docs/tools/$$1 docs/$$2 | cmp -s - docs/$$3; then p=$$((p+1)); else f=$$((f+1)); echo "docs/$$3 is stale: make weave"; fi; done; \
	  if awk -f docs/tools/units.awk $(wildcard docs/*.md) README.md examples/README.md; then p=$$((p+1)); else f=$$((f+1)); fi; \
	  if awk -f docs/tools/outside.awk docs/figures/*.svg; then p=$$((p+1)); else f=$$((f+1)); fi; \
	  sh docs/tools/translations.sh || f=$$((f+1)); \
	  echo "$$p passed, $$f failed"; [ $$f = 0 ]

# What the pages need beyond cc and make, and the command that brings it.
docs-tools:
	@missing=; for t in doxygen node npm; do command -v $$t >/dev/null || missing="$$missing $$t"; done; \
	  [ -f $(AWESOME)/doxygen-awesome.css ] || missing="$$missing doxygen-awesome-css"; \
	  [ -z "$$missing" ] || { printf '%s\n' "make docs needs:$$missing" \
	    '  Debian, Ubuntu   sudo apt-get install doxygen doxygen-awesome-css nodejs npm' \
	    '  Fedora           sudo dnf install doxygen nodejs npm git' \
	    '  macOS            brew install doxygen node' \
	    '  MSYS2            pacman -S mingw-w64-ucrt-x86_64-doxygen mingw-w64-ucrt-x86_64-nodejs git' \
	    'where there is no package of the theme: git clone -b v2.1.0 https://github.com/jothepro/doxygen-awesome-css build/awesome' \
	    'and then: make docs AWESOME=build/awesome'; exit 1; }

NPM_INSTALL := npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix $(NODE_DIR) mathjax@3.2.2 minisearch@7.2.0
$(NODE_DIR)/packages.ok: | docs-tools
	@mkdir -p $(NODE_DIR)
	$(NPM_INSTALL)
	@touch $@
$(NODE_DIR)/browser.ok: $(NODE_DIR)/packages.ok
	$(NPM_INSTALL) playwright-core@1.60.0 axe-core
	@touch $@

# Doxygen's own header for the version at hand, with its $$mathjax line (which would bring a foreign script) replaced,
# the theme's switches started, and a language.
$(GEN)/header.html: docs/tools/head.html docs/tools/searchbox.html docs/docs.mk docs/live/live.mk | docs-tools
	@mkdir -p $(GEN)
	@doxygen -w html $@.new $(GEN)/footer.unused $(GEN)/style.unused 2>/dev/null; rm -f $(GEN)/*.unused
	@sed -e '/^\$$mathjax/{r docs/tools/head.html' -e 'd}' -e 's/^<html xmlns[^>]*>/<html lang="en" xmlns="http:\/\/www.w3.org\/1999\/xhtml">/' $@.new | \
	  awk '/\$$extrastylesheet/ { print; n = split("darkmode-toggle fragment-copy-button paragraph-link interactive-toc", j, " "); \
	    for (i = 1; i <= n; i++) print "<script type=\"text/javascript\" src=\"$$relpath^doxygen-awesome-" j[i] ".js\"></script>"; \
	    print "<script type=\"text/javascript\">DoxygenAwesomeDarkModeToggle.init();DoxygenAwesomeFragmentCopyButton.init();DoxygenAwesomeParagraphLink.init();DoxygenAwesomeInteractiveToc.init()</script>"; next } \
	    { print } /startup.js/ { print "$(LIVE_SCRIPT)" } /^<\/table>/ && !boxed++ { while ((getline line < "docs/tools/searchbox.html") > 0) print line }' > $@
	@rm -f $@.new
$(GEN)/layout.xml: docs/docs.mk | docs-tools
	@mkdir -p $(GEN)
	@doxygen -l $@.new >/dev/null
	@awk '/<navindex>/ { print; print "<tab type=\"mainpage\" visible=\"yes\" title=\"Start\"/>"; \
	    print "<tab type=\"pages\" visible=\"yes\" title=\"Learn, use, look up\" intro=\"\"/>"; print "<tab type=\"modules\" visible=\"yes\" title=\"API by section\" intro=\"\"/>"; \
	    print "<tab type=\"classes\" visible=\"no\" title=\"\"/>"; print "<tab type=\"files\" visible=\"no\" title=\"\"/>"; skip = 1 } \
	    /<\/navindex>/ { skip = 0 } !skip { print }' $@.new > $@; rm -f $@.new
$(DOCS)/snippets/%.ok: docs/snippets/% winit.h
	@mkdir -p $(@D)
	@$(if $(filter %.cpp,$<),$(CXX) -std=c++11,$(CC) -std=c99) -O0 -Wall -Wextra -I. $< -o $(@:.ok=) -lm && $(@:.ok=) 2>/dev/null >/dev/null && touch $@

# The implementation as pages, one a section.
$(DOCS)/inside/ok: winit.h docs/tools/inside.awk
	@rm -rf $(@D); mkdir -p $(@D)
	@awk -v out=$(@D) -f docs/tools/inside.awk winit.h
	@touch $@

# The picture that messengers show, drawn by whatever there is to draw SVG.
CARD = awk -f docs/tools/card.awk docs/figures/ten_layers.svg > $(GEN)/card.svg; \
       if command -v rsvg-convert >/dev/null; then rsvg-convert $(GEN)/card.svg -o $(HTML)/card.png; \
       elif command -v chromium >/dev/null; then chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1200,630 \
           --screenshot=$(abspath $(HTML))/card.png file://$(abspath $(GEN))/card.svg >/dev/null 2>&1; \
       else echo "note: no picture for messengers: it needs rsvg-convert or chromium"; fi

$(HTML)/index.html: winit.h $(DOCS)/inside/ok docs/Doxyfile $(PAGES) examples/README.md $(wildcard docs/tools/* docs/figures/* docs/live/*) \
                    $(GEN)/header.html $(GEN)/layout.xml $(NODE_DIR)/packages.ok | live
	@rm -rf $(HTML)
	@{ cat docs/Doxyfile; echo 'PROJECT_NUMBER = $(VERSION)'; \
	   echo 'HTML_EXTRA_STYLESHEET = $(AWESOME)/doxygen-awesome.css $(AWESOME)/doxygen-awesome-sidebar-only.css $(AWESOME)/doxygen-awesome-sidebar-only-darkmode-toggle.css docs/tools/winit.css'; \
	   for j in darkmode-toggle fragment-copy-button paragraph-link interactive-toc; do echo "HTML_EXTRA_FILES += $(AWESOME)/doxygen-awesome-$$j.js"; done; } > $(GEN)/Doxyfile
	doxygen $(GEN)/Doxyfile
	@mkdir -p $(HTML)/examples; cp -r winit.h $(HTML)/; cp -r examples/*.c examples/*.h examples/tools examples/exercises examples/data $(HTML)/examples/
	@mkdir -p $(HTML)/mathjax/input $(HTML)/mathjax/output/chtml/fonts/woff-v2
	@cp $(MATHJAX)/startup.js $(MATHJAX)/core.js $(MATHJAX)/../LICENSE $(HTML)/mathjax/; cp $(MATHJAX)/input/tex.js $(HTML)/mathjax/input/
	@cp $(MATHJAX)/output/chtml.js $(HTML)/mathjax/output/; cp $(MATHJAX)/output/chtml/fonts/tex.js $(HTML)/mathjax/output/chtml/fonts/
	@cp $(MATHJAX)/output/chtml/fonts/woff-v2/*.woff $(HTML)/mathjax/output/chtml/fonts/woff-v2/
	@cp $(NODE_DIR)/node_modules/minisearch/dist/umd/index.js $(HTML)/minisearch.js; cp $(NODE_DIR)/node_modules/minisearch/LICENSE.txt $(HTML)/minisearch-LICENSE.txt
	@cp -r $(LIVE)/site/. $(HTML)/
	@$(CARD)
	@node docs/tools/finish.mjs $(HTML) $(NODE_DIR)/node_modules/mathjax || { rm -f $@; exit 1; }
	@node docs/tools/search.mjs $(HTML) $(NODE_DIR)/node_modules/minisearch || { rm -f $@; exit 1; }

# The same pages as one folder and one zip, for any static host or to open as files. SITE_URL is where they will be: with
# it the picture for messengers has the whole address that most of them ask for.
SITE := $(BUILD)/site/winit-$(VERSION)-pages
.PHONY: site
site: docs ## the pages as one self-contained folder and one zip, under build/site (SITE_URL=https://...)
	@rm -rf $(SITE) $(SITE).zip; mkdir -p $(SITE); cp -r $(HTML)/. $(SITE)/; rm -f $(SITE)/*.md5 $(SITE)/*.map
	@cd $(SITE)/.. && if command -v zip >/dev/null; then zip -qr -X $(notdir $(SITE)).zip $(notdir $(SITE)); else python3 -m zipfile -c $(notdir $(SITE)).zip $(notdir $(SITE)); fi
	@echo "site: $(SITE)/index.html, $(SITE).zip"

.PHONY: book
book: docs $(NODE_DIR)/browser.ok ## all chapters as one PDF, build/site/winit-book.pdf (needs chromium)
	@mkdir -p $(BUILD)/site
	@node docs/tools/book.mjs $(HTML) $(NODE_DIR) $(BUILD)/site/winit-book.pdf

# A page to hand out in class.
.PHONY: handout
handout: $(HTML)/index.html ## a chapter as a PDF of two pages: make handout CHAPTER=12 (needs chromium)
	@mkdir -p $(BUILD)/handouts; node docs/tools/handout.mjs $(HTML) $(or $(CHAPTER),12) $(BUILD)/handouts/chapter-$(or $(CHAPTER),12).pdf

test-docs: docs $(NODE_DIR)/browser.ok ## open every page in a browser: errors, overflow, contrast, alternative texts (needs chromium)
	@node docs/tools/browse.mjs $(HTML) $(NODE_DIR)

include docs/notebooks/notebooks.mk
