/**
 * What the front does for a cell before it is run: help through the pager, the mode of type checking, a fresh
 * start. These concern the language service and the evaluator's process, which code in a cell cannot reach.
 */

import type { MimeBundle } from "../display/bundle.js";
import type { ErrorReport } from "../protocol/evaluator.js";
import { report } from "../cells/report.js";
import type { InspectReply } from "../protocol/messages.js";
import { findMagics, type FoundMagic } from "../cells/find-magics.js";
import { MAGICS } from "../cells/known-magics.js";
import { isTypecheckMode, TYPECHECK_MODES, type TypecheckSetting } from "../cells/typecheck-mode.js";

/** What the front's magics need. */
export interface FrontMagicsOptions {
  inspect(code: string, cursor: number, detail: number): Promise<InspectReply>;
  typecheck: TypecheckSetting;
  /** Starts the evaluator's process anew. */
  restart(): void;
}

/** What came of it. */
export interface FrontOutcome {
  /** Text the cell prints. */
  text?: string;
  /** Help, for the pager. */
  page?: MimeBundle;
  error?: ErrorReport;
  /** Whether there is nothing left to run. */
  done: boolean;
}

/** `?name`, `??name`, `name?` or `name??`, and nothing else in the cell; magics can be asked about, too. */
const HELP =
  /^\s*(?:(\?{1,2})\s*(%{0,2}[\p{ID_Continue}$.]+)|(%{0,2}[\p{ID_Continue}$.]+)\s*(\?{1,2}))\s*;?\s*$/u;
const MAX_HELP = 200;

/** Whether a cell is a question for help, which is no code. */
export function isHelp(code: string): boolean {
  return code.length <= MAX_HELP && code.includes("?") && HELP.test(code);
}

/** Deals with the front's magics of a cell. */
export async function runFrontMagics(code: string, options: FrontMagicsOptions): Promise<FrontOutcome> {
  const help = isHelp(code) ? HELP.exec(code) : null;
  if (help) {
    const detail = (help[1] ?? help[4]) === "??" ? 1 : 0;
    return describe(help[2] ?? help[3] ?? "", detail, options);
  }
  if (!/^%(?:typecheck|reset)\b/m.test(code)) return { done: false };
  const texts: string[] = [];
  for (const magic of findMagics(code).lines) {
    if (magic.name !== "%typecheck" && magic.name !== "%reset") continue;
    const outcome = magic.name === "%reset" ? reset(magic, code, options) : setTypecheck(magic, options);
    if (typeof outcome !== "string") return outcome;
    texts.push(outcome);
  }
  return { done: false, ...(texts.length > 0 && { text: `${texts.join("\n")}\n` }) };
}

async function describe(name: string, detail: number, options: FrontMagicsOptions): Promise<FrontOutcome> {
  if (name.startsWith("%")) {
    const magic = MAGICS.get(name) ?? MAGICS.get(`%${name}`);
    if (!magic)
      return {
        done: true,
        text: `nothing is known about ${name}; magics are ${[...MAGICS.keys()].join(", ")}\n`,
      };
    const { usage, summary } = magic;
    const page = { "text/plain": `${usage}\n\n${summary}`, "text/markdown": `\`${usage}\`\n\n${summary}` };
    return { done: true, page };
  }
  const { found, data } = await options.inspect(name, [...name].length, detail);
  return found ? { done: true, page: data } : { done: true, text: `nothing is known about ${name}\n` };
}

function reset({ start }: FoundMagic, code: string, options: FrontMagicsOptions): string | FrontOutcome {
  if (code.slice(0, start).trim() !== "") {
    return failure(
      "%reset: expected to stand before all code of its cell, since it happens before any of it runs",
    );
  }
  options.restart();
  return "variables and modules are gone";
}

function setTypecheck({ args }: FoundMagic, { typecheck }: FrontMagicsOptions): string | FrontOutcome {
  if (isTypecheckMode(args)) typecheck.mode = args;
  else if (args !== "")
    return failure(`%typecheck: expected ${TYPECHECK_MODES.join(", ")} or nothing, got "${args}"`);
  return `type checking: ${typecheck.mode}`;
}

function failure(evalue: string): FrontOutcome {
  return { done: true, error: report("UsageError", evalue) };
}
