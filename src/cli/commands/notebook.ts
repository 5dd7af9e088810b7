/** `netspace notebook run FILE…`: executes notebooks under a Jupyter client, as nbclient does. */
import { spawn } from "node:child_process";
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { readNotebook } from "../../report/notebook.js";
import { NotebookClient } from "../notebook-client.js";
import { count } from "../options.js";
import { findPython } from "../python.js";
import { printJson, printLine } from "../print.js";
import { requireFolder } from "../writable.js";

interface Options {
  out?: string;
  html?: boolean;
  json?: boolean;
  jobs: number;
}

export const notebookCommand = (): Command => {
  const command = new Command("notebook").description("work with notebooks");
  command
    .command("run")
    .description("execute notebooks with the netspace kernel under nbclient, and keep their outputs")
    .argument("<file...>", "notebooks")
    .option("--out <folder>", "write the executed notebooks here (default: in place)")
    .option("--html", "write a page next to each, which needs no network")
    .option("--jobs <count>", "how many run at a time", count, 1)
    .option("--json", "print one JSON object a notebook")
    .action(async (files: string[], options: Options) => {
      // nbconvert would take a missing file for an empty one.
      for (const file of files) readNotebook(file);
      if (options.out) requireFolder("notebook run", options.out);
      const waiting = [...files];
      const problems: string[] = [];
      const work = async (): Promise<void> => {
        const client = new NotebookClient();
        try {
          for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
            const problem = await run(client, file, options);
            if (problem !== undefined) problems.push(problem);
          }
        } finally {
          client.end();
        }
      };
      await Promise.all(Array.from({ length: Math.min(options.jobs, files.length) }, work));
      if (problems.length > 0) throw new Error(problems.join("\n"));
    });
  return command;
};

/** Runs a notebook and says so; returns what was wrong, which keeps no other from running. */
async function run(client: NotebookClient, file: string, options: Options): Promise<string | undefined> {
  const start = performance.now();
  try {
    const written = await execute(client, file, options);
    const seconds = (performance.now() - start) / 1000;
    if (options.json) printJson({ file, written, seconds });
    else printLine(`${file} → ${written} (${seconds.toFixed(1)} s)`);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    if (options.json) printJson({ file, problem: message, seconds: (performance.now() - start) / 1000 });
    return message;
  }
}

/** Runs one notebook in its own folder; returns where the executed one lies. */
async function execute(client: NotebookClient, file: string, { out, html }: Options): Promise<string> {
  const target = out ? resolve(out, basename(file)) : resolve(file);
  const wrong = await client.execute(resolve(file), target);
  if (wrong !== undefined) throw notRun(file, wrong);
  if (html) {
    // The page must not fetch what it can do without: it holds no formulas, and its figures are pictures.
    const offline = ["--HTMLExporter.mathjax_url=", "--HTMLExporter.require_js_url="];
    await nbconvert(file, ["--to=html", ...offline, asPattern(target)]);
  }
  const problem = readNotebook(target).parts.find(part => part.kind === "problem");
  if (problem) throw new Error(`notebook run: a cell of ${file} threw ${problem.message}; see ${target}`);
  return target;
}

const notRun = (file: string, wrong: string): Error =>
  new Error(
    `notebook run: ${file} could not be run; it needs nbconvert and the kernel, see "netspace doctor":\n${wrong}`,
  );

/** A path among nbconvert's arguments, which are patterns: `a[1].ipynb` would be the notebook `a1.ipynb`. */
const asPattern = (path: string): string => path.replace(/[[*?]/g, "[$&]");

async function nbconvert(file: string, args: string[]): Promise<void> {
  const command = ["-m", "nbconvert", "--log-level=WARN", ...args];
  const child = spawn(findPython(), command, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const failure = await new Promise<string | undefined>(done => {
    child.on("error", error => done(error.message));
    child.on("close", code => done(code === 0 ? undefined : said.trim().split("\n").slice(-8).join("\n")));
  });
  if (failure !== undefined) throw notRun(file, failure);
}
