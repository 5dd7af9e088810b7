/**
 * `npm run notebooks`: executes the notebooks of figures, tables and architecture search and the guides in place, or those named, with the
 * netspace kernel under a real Jupyter client. Commit what changes: tests compare the committed outputs with a run of
 * their own. The README's figures and the pages of the guides are made from the outcome.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { writeGuidePages } from "./guide-pages.mjs";
import { drawReadmeFigures } from "./readme-figures.mjs";
import { inOrder, runNotebooks } from "./run-notebooks.mjs";
import { root, setup } from "./setup.mjs";

const named = process.argv.slice(2);
const all = readdirSync(join(root, "notebooks")).filter(name =>
  /^(fig|table|nas-|guide-).*\.ipynb$/.test(name),
);
const files = named.length > 0 ? named : all.sort(inOrder).map(name => join("notebooks", name));
const ready = await setup();
if (!ready.library || !ready.python) {
  console.error("npm run notebooks needs all of the above; mend what is marked ✗ and run it again");
  process.exit(1);
}
const start = performance.now();
if (!(await runNotebooks(files))) process.exitCode = 1;
await drawReadmeFigures();
writeGuidePages();
console.log(`${files.length} notebooks in ${((performance.now() - start) / 1000).toFixed(0)} s`);
