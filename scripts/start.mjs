/**
 * `npm start`: sets everything up, trains a population on this machine, runs every notebook with the netspace kernel
 * under a real Jupyter client, and writes the report. Stop it at any time; run again, it goes on.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { notebooksIn, runNotebooks } from "./run-notebooks.mjs";
import { root, setup } from "./setup.mjs";
import { run } from "./step.mjs";

/** @param {string[]} args */
const netspace = args =>
  run(process.execPath, [join(root, "dist", "src", "cli", "main.js"), ...args], { show: true });

/** The population trained here, where the notebook looks for a fresh one; the other notebooks read shipped ones. */
const [spec, folder] = ["notebooks/fig02-anynetx.sweep.json", "runs/fresh/AnyNetXA"];
const trained = "fig02-anynetx.ipynb";
const { notebooks, own } = notebooksIn(join(root, "notebooks"));
const report = "out/report";

/** When the newest file of a folder was written, ms; 0 if there is none. @param {string} place */
const newest = place =>
  existsSync(join(root, place))
    ? Math.max(
        0,
        ...readdirSync(join(root, place), { recursive: true, withFileTypes: true })
          .filter(entry => entry.isFile())
          .map(entry => statSync(join(entry.parentPath, entry.name)).mtimeMs),
      )
    : 0;

/** Whether an executed notebook is younger than all that it rests on, and no cell threw. @param {string} name @param {number} rests */
const isCurrent = (name, rests) => {
  const [executed, source] = [join(root, report, name), join(root, "notebooks", name)];
  if (!existsSync(executed)) return false;
  if (statSync(executed).mtimeMs < Math.max(rests, statSync(source).mtimeMs)) return false;
  return !readFileSync(executed, "utf8").includes('"output_type": "error"');
};

/** Ends here, if need be, with the exit code of a command that has said what was wrong. @param {number} code */
const must = code => {
  if (code !== 0) process.exit(code);
};

const ready = await setup();
if (!ready.library || !ready.python || !ready.engine) {
  console.error("npm start needs all of the above; mend what is marked ✗ and run it again");
  process.exit(1);
}
// Ctrl-C reaches the sweep too; it says what is kept, and its exit code ends this script.
const heard = () => {};
process.on("SIGINT", heard);
console.log(`Training the population of ${spec} in ${folder}; Ctrl-C stops, npm start resumes`);
must((await netspace(["sweep", spec, "--out", folder])).code);
process.off("SIGINT", heard);

const rests = Math.max(...["dist/src", "dist/kernel", "data"].map(newest));
const stale = notebooks.filter(
  name => !isCurrent(name, name === trained ? Math.max(rests, newest(folder)) : rests),
);
const kept = notebooks.length - stale.length;
console.log(
  `Running ${stale.length} notebooks with the netspace kernel${kept > 0 ? `; ${kept} are up to date` : ""}; Ctrl-C stops, npm start resumes`,
);
if (own.length > 0) {
  console.log(
    `Left alone, since Git does not know them: ${own.join(", ")}; npx netspace notebook run FILE executes one`,
  );
}
const ran = await runNotebooks(
  stale.map(name => join("notebooks", name)),
  { out: report, env: file => (basename(file) === trained ? { FRESH: "1" } : {}) },
);

// A notebook with a cell that threw is in the report too, with what was thrown.
const executed = notebooks.map(name => join(report, name)).filter(file => existsSync(join(root, file)));
const page = join(report, "index.html");
const made = existsSync(join(root, page)) ? statSync(join(root, page)).mtimeMs : 0;
const parts = executed.map(file => statSync(join(root, file)).mtimeMs);
if (made > Math.max(rests, newest(folder), ...parts)) console.log("The report is up to date");
else {
  console.log("Writing the report");
  must((await netspace(["report", ...executed, "--population", folder, "--out", report])).code);
}
console.log(`Look at ${join(root, page)}`);
console.log("Open the notebooks with: .venv/bin/jupyter lab notebooks");
if (!ran) process.exitCode = 1;
