"""Times the check of lists: hubcap import --dry-run from process start.

  intake.py PROGRAM VINS    lists of 500 and 10,000 rows of 16 columns, as CSV and as XLSX; best
                            of three
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from xml.sax.saxutils import escape

NAMES = "Lot,VIN,Year,Make,Model,Body,Engine,Odometer,Asking,Color,Title,Condition,Location,Seller,Announcements,Keys".split(",")


def claims(program, vins):
    """Rows that claim what the VINs say, from a check of the VINs alone."""
    write_csv("vins.csv", [["VIN"], *([v] for v in vins)])
    for line in check(program, "vins.csv")[0].splitlines():
        row = json.loads(line)
        d = row["decoded"]
        engine = f"{float(d['DisplacementL']):.1f}L" if "DisplacementL" in d else ""
        yield [str(row["row"]), row["vin"], d.get("ModelYear", ""), d.get("Make", ""), d.get("Model", ""), "", engine, f"{20000 + row['row'] * 7} mi",
               f"{3000 + row['row']}", "Black", "Clean", "3.5", "Denver", "ACME Motors", "runs and drives", "2"]


def write_csv(name, rows):
    with open(name, "w", encoding="utf-8") as f:
        f.writelines(",".join(r) + "\n" for r in rows)


def write_xlsx(name, rows):
    """The least of a workbook: one sheet, texts in their cells."""
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="Lots" r:id="r1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Type="r/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        cells = ("<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in r) + "</row>" for r in rows)
        z.writestr("xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + "".join(cells) + "</sheetData></worksheet>")


def check(program, name):
    began = time.perf_counter()
    p = subprocess.Popen([program, "import", name, "--dry-run", "--format", "json", "--data", "data"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    first = p.stdout.readline()
    at_first = time.perf_counter() - began
    out = (first + p.stdout.read()).decode()
    if p.wait() != 0:
        sys.exit(f"{name}: status {p.returncode}")
    return out, at_first, time.perf_counter() - began


def main(program, vins):
    with open(vins, encoding="ascii") as f:
        vins = f.read().split()
    os.chdir(tempfile.mkdtemp())
    rows = list(claims(program, vins))
    for n in (500, 10_000):
        some = [NAMES, *(rows * (n // len(rows) + 1))[:n]]
        for kind, write in (("csv", write_csv), ("xlsx", write_xlsx)):
            write(f"{n}.{kind}", some)
            runs = [check(program, f"{n}.{kind}") for _ in range(3)]
            if len(runs[0][0].splitlines()) != n:
                sys.exit(f"{n}.{kind}: {len(runs[0][0].splitlines())} answers")
            print(f"{n:6} rows, {kind:4}: first result {min(r[1] for r in runs):.2f} s, all {min(r[2] for r in runs):.2f} s")


main(os.path.abspath(sys.argv[1]), sys.argv[2])
