/**
 * What the server does for a cell before it is run: help through the pager, and the magics that concern the language
 * service and the evaluator's process, which code in a cell cannot reach.
 */

import type { MimeBundle } from "../display/bundle.js";
import type { ErrorReport } from "../protocol/evaluator.js";
import { report } from "../cells/report.js";
import type { InspectReply } from "../protocol/messages.js";
import { findMagics } from "../cells/find-magics.js";
import { helpQuestion } from "../language/magics/help-question.js";
import { MAGICS } from "../magics/index.js";
import { type MagicServer, type ServerMagic, UsageError } from "../magics/magic.js";

/** What the server's magics need, and help. */
export interface ServerMagicsOptions extends MagicServer {
  inspect(code: string, cursor: number, detail: number): Promise<InspectReply>;
}

/** What came of it. */
export interface ServerOutcome {
  /** Text the cell prints. */
  text?: string;
  /** Help, for the pager. */
  page?: MimeBundle;
  error?: ErrorReport;
  /** Whether there is nothing left to run. */
  done: boolean;
}

const SERVER: ReadonlyMap<string, ServerMagic> = new Map(
  [...MAGICS].flatMap(([name, { magic }]) => (magic.runs === "server" ? [[name, magic]] : [])),
);
/** Few cells have any: the others are not parsed for it. */
const ANY = new RegExp(`^[^\\S\\n]*(?:${[...SERVER.keys()].join("|")})\\b`, "m");

/** Deals with the server's part of a cell. */
export async function runServerMagics(code: string, options: ServerMagicsOptions): Promise<ServerOutcome> {
  const help = helpQuestion(code);
  if (help) return describe(help, options);
  if (!ANY.test(code)) return { done: false };
  const texts: string[] = [];
  for (const { name, args, start } of findMagics(code).lines) {
    const magic = SERVER.get(name);
    if (!magic) continue;
    try {
      texts.push(magic.run(args, options, code.slice(0, start)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { done: true, error: report(error.name, error.message) };
    }
  }
  return { done: false, ...(texts.length > 0 && { text: `${texts.join("\n")}\n` }) };
}

async function describe(
  { name, detail }: { name: string; detail: number },
  options: ServerMagicsOptions,
): Promise<ServerOutcome> {
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
