/**
 * `npm run bench [-- NAME…]`: side-by-side measurements; each prints one table. Without a name, all of them but the null
 * study, which measures no speed and takes an hour.
 */
import { existsSync } from "node:fs";
import { setup } from "./setup.mjs";
import { run } from "./step.mjs";

const measured = [
  "startup",
  "science",
  "figures",
  "search",
  "training",
  "compiled",
  "roofline",
  "inference",
  "threads",
  "one-shot",
  "sweep",
  "kernel",
  "widgets",
];
const known = [...measured, "null-study"];
const names = process.argv.length > 2 ? process.argv.slice(2) : measured;
for (const name of names) {
  if (known.includes(name)) continue;
  console.error(`npm run bench: expected some of ${known.join(", ")}, got "${name}"`);
  process.exit(2);
}
const ready = await setup();
if (!ready.library) process.exit(1);
for (const name of names) {
  const program = `dist/bench/${name}.js`;
  if (!existsSync(program)) throw new Error(`npm run bench: ${program} is missing`);
  const { code } = await run(ready.node, [program], { show: true });
  if (code !== 0) process.exitCode = code;
}
