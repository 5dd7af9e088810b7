/**
 * `npm start`: sets everything up, trains a population on this machine, runs the figure notebooks with the
 * netspace kernel under a real Jupyter client, and writes the report. Stop it at any time; run again, it goes on.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";
import { run } from "./step.mjs";

/** @param {string[]} args @param {Record<string, string>} [env] */
const netspace = (args, env = {}) =>
  run(process.execPath, [join(root, "dist", "src", "cli", "main.js"), ...args], { show: true, env });

/** The population trained here, where the notebook looks for a fresh one; the other notebooks read shipped ones. */
const [spec, folder] = ["notebooks/fig02-anynetx.sweep.json", "runs/fresh/AnyNetXA"];
const trained = "notebooks/fig02-anynetx.ipynb";
const others = readdirSync(join(root, "notebooks"))
  .filter(name => /^(fig|table)\d+.*\.ipynb$/.test(name) || name === "adhoc-statistics.ipynb")
  .sort()
  .map(name => `notebooks/${name}`)
  .filter(name => name !== trained);
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
console.log(`Training the population of ${spec} in ${folder}; Ctrl-C stops, npm start goes on`);
must(await netspace(["sweep", spec, "--out", folder]));
console.log("Running the notebooks with the netspace kernel");
must(await netspace(["notebook", "run", trained, "--out", report, "--html"], { FRESH: "1" }));
must(await netspace(["notebook", "run", ...others, "--out", report, "--html"]));
const executed = [trained, ...others].map(file => join(report, file.replace(/^notebooks\//, "")));
must(await netspace(["report", ...executed, "--population", folder, "--out", report]));
console.log(`Look at ${join(root, report, "index.html")}`);
console.log("Open the notebooks with: .venv/bin/jupyter lab notebooks");
