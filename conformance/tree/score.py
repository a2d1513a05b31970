"""Puts each faulty snippet into a folder of its own, checks it, and compares what is found with defects.tsv.

usage: score.py PROGRAM SEEDS WORK
"""

import json
import pathlib
import shutil
import subprocess
import sys

# What is missing is printed.
SHARE = 0.9


def findings(program, folder):
    """What is found: a list of (code, path, line)."""
    command = [program, "check", "--tree", str(folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{folder}: exit code {done.returncode}\n{done.stderr}")
    return [(one["code"], one["place"]["path"], one["place"].get("line", 1)) for one in json.loads(done.stdout)["findings"]]


def hit(found, path, lines, codes):
    """Whether one of the codes is reported within the lines."""
    first, last = (int(n) for n in lines.split("-"))
    return any(code in codes and file.endswith(path) and first <= line <= last for code, file, line in found)


def main():
    program, seeds, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    table = (pathlib.Path(__file__).parent / "defects.tsv").read_text()
    rows = [line.split("\t") for line in table.splitlines()]
    found, missing = {}, []
    for defect, snippet, path, lines, codes in rows:
        # Several snippets, joined by `+`, are one tree; the last one shows the defect.
        names, paths = snippet.split("+"), path.split("+")
        if snippet not in found:
            folder = work / str(len(found))
            for name, into in zip(names, paths, strict=True):
                (folder / into).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(seeds / name, folder / into)
            found[snippet] = findings(program, folder)
        if not hit(found[snippet], paths[-1], lines, codes.split(",")):
            missing.append(f"{defect} in {snippet}")
    score = len(rows) - len(missing)
    print(f"{score} of {len(rows)} rows, missing: {'; '.join(missing) or 'none'}")
    return 0 if score >= SHARE * len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
