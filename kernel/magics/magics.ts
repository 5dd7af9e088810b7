/** The magics that run where cells run. */

import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Display } from "../display/display.js";
import { env } from "./env.js";
import { unknownMagic } from "../cells/known-magics.js";
import { npm } from "./npm.js";
import { runProgram } from "./run-program.js";
import { describeVariables } from "./who.js";

/** What magics need of the evaluator. */
export interface MagicsOptions {
  /** The notebook's folder. */
  folder: string;
  display: Display;
  /** Names and values of the notebook's variables. */
  variables: () => (readonly [string, unknown])[];
  /** Gives a function that tells whether the cell that calls now was stopped. */
  stopWatch: () => () => boolean;
}

/** Runs one magic; `body` is the rest of the cell for those that take it. */
export type RunMagic = (name: string, args: string, body?: string) => Promise<void>;

/** The magics of one evaluator. */
export function createMagics({ folder, display, variables, stopWatch }: MagicsOptions): RunMagic {
  const changeFolder = folderChanger();
  return async (name, args, body = "") => {
    switch (name) {
      case "%cd":
        return console.log(changeFolder(args));
      case "%env":
        return console.log(env(args));
      case "%who":
        return console.log(describeVariables(variables()));
      case "%npm":
        return npm(words(args), folder, stopWatch());
      case "%%html":
        return void display({ "text/html": body, "text/plain": body }, { raw: true });
      case "%%markdown":
        return void display({ "text/markdown": body, "text/plain": body }, { raw: true });
      case "%%bash":
        return bash(body, stopWatch());
      case "%%writefile":
        return console.log(writeCell(args, body));
      default:
        throw new Error(unknownMagic(name));
    }
  };
}

function folderChanger(): (args: string) => string {
  let before = process.cwd();
  return args => {
    const [wanted = "~"] = words(args);
    const target = wanted === "-" ? before : path.resolve(wanted.replace(/^~(?=$|[/\\])/, homedir()));
    const here = process.cwd();
    try {
      process.chdir(target);
    } catch {
      throw new Error(`%cd: there is no folder ${target}`);
    }
    before = here;
    return process.cwd();
  };
}

async function bash(script: string, isStopped: () => boolean): Promise<void> {
  const missing = "%%bash: bash was not found on the PATH";
  const code = await runProgram({ command: "bash", args: ["-s"], input: script, missing }, isStopped);
  if (code === 0) return;
  throw new Error(`%%bash: the script ended with ${typeof code === "number" ? `exit code ${code}` : code}`);
}

function writeCell(args: string, body: string): string {
  const parts = words(args);
  const append = parts[0] === "-a";
  const [file, ...more] = append ? parts.slice(1) : parts;
  if (file === undefined || more.length > 0) {
    const got = args === "" ? "none" : `"${args}"`;
    throw new Error(`%%writefile: expected one path, got ${got}; put one with spaces in quotes`);
  }
  const exists = existsSync(file);
  if (append) appendFileSync(file, body);
  else writeFileSync(file, body);
  return `${append ? "appended to" : exists ? "overwrote" : "wrote"} ${path.resolve(file)}`;
}

/** Words, of which those in quotes may hold spaces. */
function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}
