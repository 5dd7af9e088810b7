/**
 * `npm run notebooks`: executes the notebooks of figures and tables in place, or those named, with the netspace kernel
 * under a real Jupyter client. Commit what changes: tests compare the committed outputs with a run of their own.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";
import { run, tail } from "./step.mjs";

const named = process.argv.slice(2);
const all = readdirSync(join(root, "notebooks")).filter(name => /^(fig|table)\d+.*\.ipynb$/.test(name));
const files = named.length > 0 ? named : all.sort().map(name => join("notebooks", name));
const ready = await setup();
if (!ready.library || !ready.python) {
  console.error("npm run notebooks needs all of the above; mend what is marked ✗ and run it again");
  process.exit(1);
}
const start = performance.now();
const waiting = [...files];
/** Executes notebooks until none is left; two at a time keep two cores busy, since a client mostly waits. */
async function work() {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const { code, output } = await run(process.execPath, [
      join(root, "dist", "src", "cli", "main.js"),
      "notebook",
      "run",
      file,
    ]);
    if (code !== 0) process.exitCode = 1;
    console.log(code === 0 ? `✓ ${output.trim().split("\n").at(-1)}` : `✗ ${file}\n${tail(output)}`);
  }
}
await Promise.all([work(), work()]);
console.log(`${files.length} notebooks in ${((performance.now() - start) / 1000).toFixed(0)} s`);
