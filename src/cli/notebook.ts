/** `netspace notebook run FILE…`: executes notebooks under a Jupyter client, as nbclient does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { findPython } from "./python.js";
import { printJson, printLine } from "./print.js";

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
  const target = out ? resolve(out, basename(file)) : resolve(file);
  if (out) mkdirSync(out, { recursive: true });
  // Without times of execution, a notebook run again is the same file again.
  const nbconvert = ["-m", "nbconvert", "--log-level=WARN", "--ExecutePreprocessor.record_timing=False"];
  await python([...nbconvert, "--to=notebook", "--execute", resolve(file), `--output=${target}`]);
  if (html) await python([...nbconvert, "--to=html", target]);
  return target;
}

async function python(args: string[]): Promise<void> {
  const child = spawn(findPython(), args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [code] = (await Promise.race([once(child, "close"), once(child, "error").then(([e]) => [e])])) as [
    number | Error | null,
  ];
  if (code === 0) return;
  const reason = code instanceof Error ? code.message : said.trim().split("\n").slice(-25).join("\n");
  throw new Error(
    `notebook run: ${args.at(-2)} failed; it needs nbconvert and the kernel ("npm run setup"): ${reason}`,
  );
}
