/** `netspace darts SPEC`: searches a space's cells by DARTS, or goes on where it stopped. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { fileProblem } from "../../base/node/file-problem.js";
import { parseBy } from "../../base/schema-problems.js";
import { zod } from "../../base/node/zod.js";
import { darts, type DartsOptions } from "../../search/one-shot/darts/darts.js";
import { dartsLine, type DartsProgress } from "../../search/one-shot/darts/darts-progress.js";
import { completeSpace } from "../../trials/source/complete-space.js";
import { spaceOf, spaceSchema } from "../../trials/space-spec.js";
import { SpecError } from "../../trials/spec-error.js";
import { isRecord } from "../../trials/vocabulary.js";
import type { Device } from "../../training/engines/torch.js";
import { count } from "../options.js";
import { printJson, printLine } from "../print.js";
import { readJsonFile } from "../read-json-file.js";
import { placedSpaces } from "../read-placed.js";

interface Options {
  out: string;
  threads?: number;
  device?: Device;
  json?: boolean;
}

export const dartsCommand = (): Command =>
  new Command("darts")
    .description("search a space's cells by DARTS, with shared weights; run it again to resume")
    .argument("<spec>", "JSON: space, dataset, preset (first, second or small), and what of it is otherwise")
    .requiredOption("--out <folder>", "the search's folder")
    .option(
      "--threads <count>",
      "of the operators (default: 1 for a small supernet, else the cores that are free)",
      count,
    )
    .option("--device <device>", "cpu, cuda or cuda:N (default: the card if there is one)")
    .option("--json", "print each epoch as a JSON line, then the result")
    .action(async (file: string, { out, threads, device, json }: Options) => {
      const { space, ...spec } = readDartsSpec(file);
      const stop = new AbortController();
      const interrupted = () => stop.abort();
      process.once("SIGINT", interrupted);
      process.once("SIGTERM", interrupted);
      const result = await darts(await spaceOfSpec(space, resolve(file, "..")), {
        ...(spec as unknown as DartsOptions),
        out,
        ...(threads !== undefined && { threads }),
        ...(device !== undefined && { device }),
        signal: stop.signal,
        onProgress: json ? jsonProgress() : process.stderr.isTTY ? liveProgress : plainProgress,
      });
      if (!json && process.stderr.isTTY) process.stderr.write("\n");
      const { status, reason, divergedAt, search, history } = result;
      if (json) printJson({ status, reason, divergedAt, search, epochs: history.length, ...last(history) });
      else {
        printLine(String(result));
        const kept = history.at(-1)?.chosen ?? {};
        for (const [edge, operation] of Object.entries(kept))
          printLine(`  ${edge}: ${operation ?? "nothing"}`);
      }
      if (status === "cancelled")
        throw new Error("darts: stopped; epochs that are over are kept, run the same command to go on");
      if (status === "diverged")
        throw new Error(`darts: the search diverged, ${reason}; give the recipe a smaller learningRate`);
    });

const last = (history: DartsProgress["history"]) => {
  const record = history.at(-1);
  return record && { chosen: record.chosen, architecture: record.architecture };
};

/** @throws SpecError if the file cannot be read, or holds no spec */
function readDartsSpec(file: string): { readonly [field: string]: unknown } {
  let spec: unknown;
  try {
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error("it is a folder");
    spec = placedSpaces(readJsonFile(file), resolve(file, ".."));
  } catch (error) {
    throw new SpecError(`darts: expected a JSON file, could not read ${file}: ${fileProblem(error)}`, {
      cause: error,
    });
  }
  if (isRecord(spec)) return spec;
  throw new SpecError(
    `darts: expected an object with a space and a dataset in ${file}, got ${JSON.stringify(spec)}`,
  );
}

async function spaceOfSpec(space: unknown, folder: string) {
  const parsed = parseBy(zod().strictObject({ space: spaceSchema() }), { space });
  if ("problems" in parsed) throw new SpecError(`darts spec: ${parsed.problems.join("; ")}`);
  return spaceOf(await completeSpace(parsed.data.space, folder));
}

/** One line that renews itself. */
const liveProgress = (progress: DartsProgress): void => {
  process.stderr.write(`\r\u001B[K${dartsLine(progress)}`);
};

/** For logs: a line an epoch. */
const plainProgress = (progress: DartsProgress): void => {
  if (progress.event !== "step") process.stderr.write(`${dartsLine(progress)}\n`);
};

function jsonProgress(): (progress: DartsProgress) => void {
  let told = 0;
  return ({ event, history }) => {
    if (event === "opened") told = history.length;
    for (; told < history.length; told++) printJson(history[told]);
  };
}
