"""Times ultravin on the same VINs: JSON batches of 1,000 from Python."""

import datetime
import statistics
import sys
import time

import ultravin

with open(sys.argv[1], encoding="ascii") as f:
    vins = f.read().split()
now = datetime.datetime(2026, 11, 22)
batches = [vins[i : i + 1000] for i in range(0, len(vins), 1000)]
for b in batches[:20]:
    ultravin.decode_batch_json(b, now=now)
cpu, wall = time.process_time(), time.perf_counter()
for b in batches:
    ultravin.decode_batch_json(b, now=now)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
print(f"JSON batches of 1,000: {cpu / len(vins) * 1e6:.1f} us of CPU a VIN, {wall / len(vins) * 1e6:.1f} us of time (all cores)")
single = []
for v in vins[:5000]:
    start = time.perf_counter()
    ultravin.decode_json(v, now=now)
    single.append((time.perf_counter() - start) * 1e6)
single.sort()
print(f"one by one: p50 {statistics.median(single):.1f} us, p99 {single[len(single) * 99 // 100]:.1f} us")
