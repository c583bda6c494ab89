# The list of the numbered programs, from what each says of itself in its first comment.
.PHONY: index check-index
INDEX_AWK = FNR == 1 { t = q = l = c = ""; f = FILENAME; sub(/.*\//, "", f) } \
	/^   title: / { t = substr($$0, 14) } /^   question: / { q = substr($$0, 14) } /^   level: / { l = substr($$0, 14) } \
	/^   claims: / { c = substr($$0, 14); gsub(/\|/, "", c); \
	    if (f ~ /^42_/) c = "all"; printf "| [%s](%s) | %s | %s | %s | %s |\n", f, f, t, q, l, c }

build_index = { printf '%s\n' '\# The programs' '' \
	'Each asks a question, shows an experiment, and ends with success only if its claim held. From the top of the repository:' '' \
	'    cc -O2 -I. examples/01_hello.c -o hello -lm && ./hello' '' \
	'Figures go to build/figures, or to the folder given as the first argument. Level 1 needs school mathematics, level 4 some probability.' \
	'What the four columns say is taken from the programs by `make index`; C1 to C25 are the statements that 42_myths.c tries.' '' \
	'| program | title | question | level | statements |' '|---|---|---|---|---|'; \
	awk '$(INDEX_AWK)' $(sort $(wildcard examples/[0-9][0-9]_*.c)) /dev/null; }

index: ## write examples/README.md from the programs' first comments
	@$(build_index) > examples/README.md

check-index:
	@mkdir -p $(BUILD); $(build_index) > $(BUILD)/index.md; diff -u examples/README.md $(BUILD)/index.md || { echo "examples/README.md is stale: make index"; exit 1; }
