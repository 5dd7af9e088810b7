/** `netspace notebook run FILE…`: executes notebooks under a Jupyter client, as nbclient does. */
import { spawn } from "node:child_process";
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { readNotebook } from "../../report/notebook.js";
import { findPython } from "../python.js";
import { printJson, printLine } from "../print.js";
import { requireFolder } from "../writable.js";

interface Options {
  out?: string;
  html?: boolean;
  json?: boolean;
}

export const notebookCommand = (): Command => {
  const command = new Command("notebook").description("work with notebooks");
  command
    .command("run")
    .description("execute notebooks with the netspace kernel under nbclient, and keep their outputs")
    .argument("<file...>", "notebooks")
    .option("--out <folder>", "write the executed notebooks here (default: in place)")
    .option("--html", "write a page next to each, which needs no network")
    .option("--json", "print one JSON object a notebook")
    .action(async (files: string[], options: Options) => {
      for (const file of files) {
        const start = performance.now();
        const written = await execute(file, options);
        const seconds = (performance.now() - start) / 1000;
        if (options.json) printJson({ file, written, seconds });
        else printLine(`${file} → ${written} (${seconds.toFixed(1)} s)`);
      }
    });
  return command;
};

/** Runs one notebook in its own folder; returns where the executed one lies. */
async function execute(file: string, { out, html }: Options): Promise<string> {
  // nbconvert takes a missing file for an empty pattern, and says so.
  readNotebook(file);
  const target = out ? resolve(out, basename(file)) : resolve(file);
  if (out) requireFolder("notebook run", out);
  await nbconvert(file, [
    "--to=notebook",
    "--execute",
    // A cell that throws is the notebook's matter: the others run, and the outputs are kept.
    "--ExecutePreprocessor.allow_errors=True",
    // Without times of execution, a notebook run again is the same file again.
    "--ExecutePreprocessor.record_timing=False",
    `--output=${asFormat(target)}`,
    asPattern(resolve(file)),
  ]);
  // The page must not fetch what it can do without: it holds no formulas, and its figures are pictures.
  const offline = ["--HTMLExporter.mathjax_url=", "--HTMLExporter.require_js_url="];
  if (html) await nbconvert(file, ["--to=html", ...offline, asPattern(target)]);
  const problem = readNotebook(target).parts.find(part => part.kind === "problem");
  if (problem) throw new Error(`notebook run: a cell of ${file} threw ${problem.message}; see ${target}`);
  return target;
}

/** A path among nbconvert's arguments, which are patterns: `a[1].ipynb` would be the notebook `a1.ipynb`. */
const asPattern = (path: string): string => path.replace(/[[*?]/g, "[$&]");

/** A path as nbconvert's output, which is a format of Python's. */
const asFormat = (path: string): string => path.replace(/[{}]/g, "$&$&");

async function nbconvert(file: string, args: string[]): Promise<void> {
  const command = ["-m", "nbconvert", "--log-level=WARN", ...args];
  const child = spawn(findPython(), command, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const failure = await new Promise<string | undefined>(done => {
    child.on("error", error => done(error.message));
    child.on("close", code => done(code === 0 ? undefined : said.trim().split("\n").slice(-8).join("\n")));
  });
  if (failure === undefined) return;
  throw new Error(
    `notebook run: ${file} could not be run; it needs nbconvert and the kernel, see "netspace doctor":\n${failure}`,
  );
}
