/**
 * The process in which hostile calls are made, from the one whose number is given. Says on standard output what it is
 * about to do and how it went, a line each, so that whoever started it knows what a crash came from.
 */
import { writeSync } from "node:fs";
import { randomStream } from "../../../support/networks.js";
import { cellsProgram } from "./cells-program.js";
import { fixture, hostilePrograms } from "./hostile-calls.js";
import { hostileChanges } from "./hostile-changes.js";
import { OWN_ERROR } from "./hostile-values.js";

export type Line =
  | { readonly begin: number; readonly title: string }
  | { readonly ended: number; readonly problem?: string; readonly ran?: boolean }
  | { readonly done: number };

const say = (line: Line) => writeSync(1, `${JSON.stringify(line)}\n`);
// Node warns of what a listener throws, and goes on.
process.on("uncaughtException", () => {});
const [kind, from] = [process.argv[2], Number(process.argv[3])];
const all = await fixture();
const { addon, model, dataset, spec, images, shape, labels, step, signatures, calls } = all;

/** What is wrong with an error, or undefined. */
function problemOf(error: unknown, known: string): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const { message } = error;
  if (message.startsWith(OWN_ERROR) || message.startsWith("out of memory: ")) return undefined;
  if (!message.startsWith(`${known}: `)) return `error does not name ${known}: ${message}`;
  // A name that is not there is expectation and value at once.
  if (/no parameter is named/.test(message)) return undefined;
  return /(must be|expected|has) .*got /s.test(message) ? undefined : `error without expectation: ${message}`;
}

let number = 0;
async function attempt(title: string, run: () => Promise<{ problem?: string; ran?: boolean }>) {
  const own = number++;
  if (own < from) return;
  say({ begin: own, title });
  say({ ended: own, ...(await run()) });
}

if (kind === "calls") {
  for (const { title, known, run } of calls) {
    await attempt(title, async () => {
      try {
        await run();
      } catch (error) {
        const problem = problemOf(error, known);
        return problem === undefined ? {} : { problem };
      }
      return { problem: "returned" };
    });
  }
  for (const [title, run] of hostileChanges(all)) {
    await attempt(title, async () => {
      await Promise.resolve()
        .then(run)
        .catch(() => {});
      return {};
    });
  }
  // Nothing that was refused has left a mark: every function still takes what it should.
  await attempt("the calls that are right", async () => {
    if (await exported()) return { problem: "the table lists other functions than the binding exports" };
    for (const [name, { args }] of Object.entries(signatures)) {
      if (name === "cancel") continue;
      await (addon as unknown as Record<string, (...values: unknown[]) => unknown>)[name](...args);
    }
    return {};
  });
} else {
  const random = randomStream(3);
  const whole = kind === "cells" ? { ...spec, ...cellsProgram } : spec;
  const { program, inputs, reals, names, main } = whole;
  for (const [title, changed] of hostilePrograms({ program, inputs, reals, names, main }, random)) {
    // A program either is refused or runs: forward, backward, and on a dataset.
    await attempt(title, async () => {
      try {
        const handle = await addon.createModel({ ...whole, ...changed });
        await addon.step(handle, images, shape, labels, { ...step, update: true });
        await addon.forward(handle, images, shape, false, new Float64Array());
        await addon.countErrors(handle, dataset, 4);
        addon.dispose(handle);
      } catch (error) {
        if ((error as Error).message.startsWith("out of memory: ")) return {};
        const known = ["Model.create", "Model.step"].find(name => (error as Error).message.startsWith(name));
        const problem = problemOf(error, known ?? "Model.create");
        return problem === undefined ? {} : { problem };
      }
      return { ran: true };
    });
  }
}
say({ done: number });
await addon.exchangeAverages(model);

async function exported(): Promise<boolean> {
  const table = [...Object.keys(signatures), "info", "stop"].sort();
  return Object.keys(addon).sort().join() !== table.join();
}
