"""Says how much of what must be covered is covered, and fails below the bar.

usage: coverage.py REPORT.json        (what `swift test --enable-code-coverage` writes, llvm-cov's export)
"""

import json
import sys

BAR = 94.0

# What the project promises for: the pure deciders, everything that concerns libraries, and the JSON module.
GROUPS = {
    "deciders": ("/Host/Engine/Decider/", "State.swift"),
    "loader": ("/Host/Modules/",),
    "JSON": ("/ConnectorSDK/JSON/",),
}


def belongs(path, group):
    if group == "deciders":
        inside = GROUPS[group][0] in path
        return inside or ("/Host/" in path and path.endswith(GROUPS[group][1]))
    return GROUPS[group][0] in path


def main():
    with open(sys.argv[1]) as report:
        files = json.load(report)["data"][0]["files"]
    short = False
    for group in GROUPS:
        rows = [(f["filename"], f["summary"]["lines"]) for f in files if belongs(f["filename"], group)]
        count = sum(lines["count"] for _, lines in rows)
        covered = sum(lines["covered"] for _, lines in rows)
        if count == 0:
            print(f"coverage of {group}: no such files in the report", file=sys.stderr)
            return 1
        share = 100.0 * covered / count
        print(f"coverage of {group}: {share:.1f} % of {count} lines")
        if share < BAR:
            short = True
            for name, lines in sorted(rows, key=lambda row: row[1]["covered"] - row[1]["count"])[:8]:
                print(f"  {lines['count'] - lines['covered']:4} uncovered in {name}")
    if short:
        print(f"The bar is {BAR} %.", file=sys.stderr)
    return 1 if short else 0


sys.exit(main())
