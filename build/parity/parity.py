"""Compares our answers with those of ultravin, an independent decoder.

Reads JSON lines {vin, year, kind, values} (from `parity answer`), asks ultravin
the same at the same clock, and prints counts. Each difference must be explained
by a rule of the decode specification; any other makes the exit status 1.
"""

import argparse
import collections
import datetime
import json
import sys

import ultravin

# Elements that are converted from each other: we give the live service's
# digits (SQL Server), ultravin PostgreSQL's (section 8).
CONVERTED = {"DisplacementCC", "DisplacementCI", "DisplacementL"}
# What a hint changes beside the vehicle.
NOTICES = {"ErrorCode", "ErrorText", "AdditionalErrorText"}
# Elements that repeat characters of the VIN.
ECHOES = {"SuggestedVIN", "AdditionalErrorText", "VehicleDescriptor"}
CODE = {name: e["code"] for name, e in ultravin.ELEMENTS.items()}


def ask(rows, now):
    vins = [r["vin"] for r in rows]
    years = [r["year"] for r in rows]
    return json.loads(ultravin.decode_batch_json(vins, years=years, now=now))


def values(answer):
    out = {}
    for name, value in answer["attributes"].items():
        if value not in ("", None, []):
            out[CODE.get(name, name)] = value
    return out


def plain(text):
    return "".join(c if c.isascii() else "&" for c in text)


def same_number(a, b):
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError):
        return False
    return abs(x - y) <= 1e-6 * abs(y)


def differences(ours, theirs, explained):
    bad = []
    for code in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(code), theirs.get(code)
        if a == b:
            continue
        if code in CONVERTED and same_number(a, b):
            explained["number format (section 8)"] += 1
            continue
        bad.append((code, a, b))
    return bad


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--now", default="2026-11-22")
    p.add_argument("--descriptors", required=True, help="file of overridden descriptors, one a line: descriptor TAB year")
    p.add_argument("--show", type=int, default=20)
    args = p.parse_args()
    now = datetime.datetime.fromisoformat(args.now)
    lim = now.year + 2
    override = {}
    with open(args.descriptors, encoding="utf-8") as f:
        for line in f:
            name, year = line.rstrip("\n").split("\t")
            if 1980 <= int(year) <= lim:
                override[name] = int(year)

    rows = [json.loads(line) for line in sys.stdin]
    kinds, explained = collections.Counter(), collections.Counter()
    wrong, fields, compared = [], collections.Counter(), 0
    asked = []
    for r in rows:
        kinds[r["kind"]] += 1
        v = r["vin"].strip()
        question = dict(r)
        if not v.isascii():
            # ultravin reads bytes. Each rune is one illegal character to us, so
            # the answer must be that of another illegal character.
            question["vin"] = plain(v)
            for code in ECHOES & r["values"].keys():
                r["values"][code] = plain(r["values"][code])
            explained["non-ASCII: equal to one illegal character a rune (section 1)"] += 1
        elif len(v) > 17:
            # Ours must be the answer for the first 17 characters.
            question["vin"] = v[:17]
            explained["over-long: equal to the first 17 (section 1)"] += 1
        descriptor = r["values"].get("VehicleDescriptor", "")
        if descriptor in override and r["values"].get("ErrorCode") != "7":
            # The table of fixed years fires in the live service alone. Given
            # that year as a hint, ultravin must agree on the vehicle.
            r["override"] = override[descriptor]
            question["year"] = r["override"]
        asked.append(question)
    for r, answer in zip(rows, ask(asked, now)):
        ours, theirs = r["values"], values(answer)
        compared += len(ours.keys() | theirs.keys())
        if "override" in r:
            bad = [d for d in differences(ours, theirs, collections.Counter()) if d[0] not in NOTICES]
            if ours.get("ModelYear") != str(r["override"]):
                bad.append(("ModelYear", ours.get("ModelYear"), r["override"]))
            if bad:
                wrong.append((r, bad))
            else:
                explained["fixed model year: equal but for notices (section 2)"] += 1
            continue
        bad = differences(ours, theirs, explained)
        if bad:
            wrong.append((r, bad))
            for code, _, _ in bad:
                fields[code] += 1

    print(f"{len(rows)} VINs of {len(kinds)} kinds, {compared} element values compared, "
          f"ultravin {ultravin.provenance()['decoder_version']} on vPIC {ultravin.provenance()['data_month']}, clock {args.now}")
    for rule, n in sorted(explained.items()):
        print(f"  explained: {n:6d}  {rule}")
    print(f"  unexplained: {len(wrong)} VINs")
    for code, n in fields.most_common(20):
        print(f"    {n:6d}  {code}")
    for r, bad in wrong[: args.show]:
        print(json.dumps({"vin": r["vin"], "year": r["year"], "kind": r["kind"]}))
        for code, a, b in bad[:12]:
            print(f"    {code}\n      ours   {a!r}\n      theirs {b!r}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
