# Are these a results.json as Gradescope documents it, and a JUnit XML file?    marks.py results.json results.xml
import json
import sys
import xml.etree.ElementTree as xml

ALLOWED = {"score": (int, float), "execution_time": (int, float), "output": str, "visibility": str, "stdout_visibility": str,
           "extra_data": dict, "tests": list, "leaderboard": list, "output_format": str, "test_output_format": str, "test_name_format": str}
TEST = {"score": (int, float), "max_score": (int, float), "status": str, "name": str, "name_format": str, "number": str, "output": str,
        "output_format": str, "tags": list, "visibility": str, "extra_data": dict}

results = json.load(open(sys.argv[1], encoding="utf-8"))
for key, value in results.items():
    assert isinstance(value, ALLOWED[key]), key
for test in results["tests"]:
    for key, value in test.items():
        assert isinstance(value, TEST[key]), key
    assert test["status"] in ("passed", "failed") and 0 <= test["score"] <= test["max_score"]
assert results["score"] == sum(test["score"] for test in results["tests"])

suite = xml.parse(sys.argv[2]).getroot().find("testsuite")
cases = suite.findall("testcase")
assert int(suite.get("tests")) == len(cases) == len(results["tests"])
assert int(suite.get("failures")) == sum(case.find("failure") is not None for case in cases)
