/** `%npm`: packages for the notebook. */

import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../base/make-folder.js";
import { plainName } from "../hosts/hosts.js";
import { projectFolder, userPackagesFolder } from "../modules/packages-folder.js";
import type { EvaluatorMagic } from "./magic.js";
import { quotedWords } from "./support/quoted-words.js";
import { runProgram } from "./support/run-program.js";

export const npm: EvaluatorMagic = {
  name: "npm",
  line: {
    usage: "%npm install package…",
    summary:
      "Installs packages, without their install scripts, into the notebook's project, or for this user where there is no package.json; also uninstall, update, ls, outdated and view.",
  },
  words: ["install", "uninstall", "update", "ls", "outdated", "view"],
  runs: "evaluator",
  start:
    ({ folder, stopWatch }) =>
    args =>
      runNpm(quotedWords(args), folder, stopWatch()),
};

const CHANGES = new Set(["install", "i", "add", "uninstall", "remove", "rm", "update"]);
const LOOKS = new Set(["ls", "list", "outdated", "view"]);

/**
 * Runs npm in the notebook's project, or in this user's folder of packages where there is no project.
 *
 * Install scripts never run: a package that needs one says so when it is imported.
 */
async function runNpm(args: readonly string[], folder: string, isStopped: () => boolean): Promise<void> {
  const [command = "", ...rest] = args;
  if (!CHANGES.has(command) && !LOOKS.has(command)) {
    const got = command ? `"${command}"` : "nothing";
    throw new Error(`%npm: expected install, uninstall, update, ls, outdated or view, got ${got}`);
  }
  const project = projectFolder(folder) ?? userProject();
  const quiet = CHANGES.has(command) ? ["--ignore-scripts", "--no-audit", "--no-fund"] : [];
  const specs = rest.map(each => (isLocal(each, folder) ? path.resolve(folder, each) : each));
  const missing = "%npm: npm was not found on the PATH; it comes with Node";
  const program = { command: "npm", args: [command, ...specs, ...quiet], folder: project, missing };
  const code = await runProgram(program, isStopped);
  if (code !== 0)
    throw new Error(`%npm: ${command} ended with ${code} in ${project}; what it wrote says why`);
  if (CHANGES.has(command)) console.log(`in ${project}`);
}

/** A path, relative to the notebook rather than to the project. */
function isLocal(spec: string, folder: string): boolean {
  return /^\.{1,2}([/\\]|$)/.test(spec) || (spec.endsWith(".tgz") && existsSync(path.resolve(folder, spec)));
}

function userProject(): string {
  const folder = userPackagesFolder();
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) {
    makeFolder(folder);
    writeFileSync(file, `${JSON.stringify({ name: `${plainName()}-notebooks`, private: true }, null, 2)}\n`);
  }
  return folder;
}
