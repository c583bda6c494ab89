# A notebook from a plain program whose cells begin with "# %%" or "# %% [markdown]":  notebook.py source.py > source.ipynb
import json
import re
import sys

cells = []
for kind, text in re.findall(r"^# %%( \[markdown\])?\n(.*?)(?=^# %%|\Z)", open(sys.argv[1], encoding="utf-8").read(), re.S | re.M):
    text = text.strip("\n")
    if kind:
        text = re.sub(r"^# ?", "", text, flags=re.M)
    cell = {"cell_type": "markdown" if kind else "code", "id": f"cell-{len(cells)}", "metadata": {}, "source": text.splitlines(True)}
    if not kind:
        cell |= {"execution_count": None, "outputs": []}
    cells.append(cell)
json.dump({"cells": cells, "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
           "nbformat": 4, "nbformat_minor": 5}, sys.stdout, indent=1)
