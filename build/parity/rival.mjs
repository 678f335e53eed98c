// Times @cardog/corgi on the same VINs, one by one.
import { readFileSync } from "node:fs";
import { createDecoder } from "@cardog/corgi";

const vins = readFileSync(process.argv[2], "ascii").trim().split("\n").slice(0, 220);
const decoder = await createDecoder();
const times = [];
let failed = 0;
for (const [i, v] of vins.entries()) {
  const start = process.hrtime.bigint();
  try {
    await decoder.decode(v);
  } catch {
    failed++;
  }
  if (i >= 20) times.push(Number(process.hrtime.bigint() - start) / 1e6);
}
times.sort((a, b) => a - b);
console.log(
  `p50 ${times[times.length >> 1].toFixed(2)} ms, p99 ${times[Math.floor(times.length * 0.99)].toFixed(2)} ms over ${times.length} VINs, ${failed} threw`,
);
await decoder.close();
process.exit(0);
