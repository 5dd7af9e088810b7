/**
 * `npm start`: sets everything up, trains a population on this machine, runs the figure notebooks with the
 * netspace kernel under a real Jupyter client, and writes the report. Stop it at any time; run again, it goes on.
 */
import { join } from "node:path";
import { root, setup } from "./setup.mjs";
import { run } from "./step.mjs";

const netspace = (/** @type {string[]} */ ...args) =>
  run(process.execPath, [join(root, "dist", "src", "cli", "main.js"), ...args], { show: true });

/** The sweeps behind the notebooks: spec and folder, as the notebooks name them. */
const sweeps = [["notebooks/fig02-anynetx.sweep.json", "runs/fig02-anynetx"]];
const notebooks = ["notebooks/fig02-anynetx.ipynb", "notebooks/adhoc-statistics.ipynb"];
const report = "out/report";

const ready = await setup();
if (!ready.library || !ready.python || !ready.engine) {
  console.error("npm start needs all of the above; mend what is marked ✗ and run it again");
  process.exit(1);
}
/** Ends here with the command's own exit code; it has said what was wrong. */
const must = (/** @type {{ code: number }} */ { code }) => {
  if (code !== 0) process.exit(code);
};
// Ctrl-C reaches the commands too; they say what is kept, and their exit code ends this script.
process.on("SIGINT", () => {});
for (const [spec, folder] of sweeps) {
  console.log(`Training the population of ${spec} in ${folder}; Ctrl-C stops, npm start goes on`);
  must(await netspace("sweep", spec, "--out", folder));
}
console.log("Running the notebooks with the netspace kernel");
must(await netspace("notebook", "run", ...notebooks, "--out", report, "--html"));
const executed = notebooks.map(file => join(report, file.replace(/^notebooks\//, "")));
const populations = sweeps.map(([, folder]) => folder);
must(await netspace("report", ...executed, "--population", ...populations, "--out", report));
console.log(`Look at ${join(root, report, "index.html")}`);
console.log("Open the notebooks with: .venv/bin/jupyter lab notebooks");
