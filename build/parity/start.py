"""Times the hubcap program: one VIN from process start, or a whole file.

  start.py PROGRAM            one VIN, 20 runs, and its memory
  start.py PROGRAM FILE.csv   the file to CSV
"""

import os
import re
import subprocess
import sys
import tempfile
import time


def memory(pid, peak):
    """Highest anonymous and total resident memory seen, in MB."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            text = f.read()
    except OSError:
        return peak
    now = [int(m.group(1)) / 1024 if (m := re.search(rf"{k}:\s+(\d+)", text)) else 0 for k in ("RssAnon", "VmRSS")]
    return [max(a, b) for a, b in zip(peak, now)]


def one(program):
    times = []
    for _ in range(20):
        start = time.perf_counter()
        subprocess.run([program, "decode", "1HGCM82633A004352"], stdout=subprocess.PIPE, check=True)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(f"median {times[10]:.1f} ms, slowest {times[-1]:.1f} ms")
    p = subprocess.Popen([program, "decode", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    p.stdin.write(b"1HGCM82633A004352\n")
    p.stdin.flush()
    p.stdout.readline()
    anonymous, total = memory(p.pid, [0, 0])
    p.stdin.close()
    p.stdout.read()
    p.wait()
    print(f"memory after one answer: {anonymous:.1f} MB anonymous, {total:.1f} MB resident")


def whole(program, path):
    with open(path, "rb") as source, tempfile.TemporaryFile(dir=os.path.dirname(path) or ".") as out:
        start = time.perf_counter()
        p = subprocess.Popen([program, "decode", "--format", "csv", "-"], stdin=source, stdout=out)
        peak = [0, 0]
        while p.poll() is None:
            peak = memory(p.pid, peak)
            time.sleep(0.02)
        took = time.perf_counter() - start
        if p.returncode != 0:
            sys.exit(f"exit status {p.returncode}")
        print(f"{took:.1f} s, {out.tell() / 1e6:.0f} MB written, peak {peak[0]:.1f} MB anonymous, {peak[1]:.1f} MB resident")


if len(sys.argv) == 2:
    one(sys.argv[1])
else:
    whole(sys.argv[1], sys.argv[2])
