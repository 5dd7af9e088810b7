/** What a report takes from an executed notebook: its words and code, its figures, tables and verdict. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type * as z from "zod";
import { fileProblem } from "../base/node/file-problem.js";
import { once } from "../base/once.js";
import { zod } from "../base/node/zod.js";
import { type Verdict, VERDICT_MIME } from "../replication/index.js";

/** A MIME bundle as notebooks store it: text may be split into lines. */
export type StoredBundle = Readonly<Record<string, unknown>>;

export type NotebookPart =
  | { readonly kind: "words"; readonly markdown: string }
  | { readonly kind: "code"; readonly source: string }
  | {
      readonly kind: "output";
      readonly bundle: StoredBundle;
      /** Its cell has the tag `card`: the notebook's card opens with it. */
      readonly onCard?: boolean;
    }
  | { readonly kind: "problem"; readonly message: string };

/** A verdict as notebooks store it. */
export interface StoredVerdict {
  readonly outcome: Verdict["outcome"];
  readonly summary: string;
  readonly claims: readonly StoredClaim[];
}

/** A claim as notebooks store it. */
export type StoredClaim = z.infer<ReturnType<typeof storedVerdict>>["claims"][number];

export interface NotebookDocument {
  readonly file: string;
  /** The first heading, else the file's name. */
  readonly title: string;
  readonly parts: readonly NotebookPart[];
  /** What became of the paper's claims; guides have none. */
  readonly verdict: StoredVerdict | undefined;
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly metadata?: { readonly tags?: unknown };
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly data?: StoredBundle;
    readonly text?: unknown;
    readonly ename?: string;
    readonly evalue?: string;
  }[];
}

export const joined = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text));

function parsed(file: string): { nbformat?: number; cells?: Cell[] } {
  try {
    // What is JSON and no object, such as a list, has no format either.
    return Object(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(`readNotebook: expected a notebook, could not read ${file}: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}

/** @throws Error if the file cannot be read, or is not a notebook of format 4 */
export function readNotebook(file: string): NotebookDocument {
  const { nbformat, cells } = parsed(file);
  if (nbformat !== 4 || !cells) {
    const got = nbformat === undefined ? "none" : `format ${nbformat}`;
    throw new Error(`readNotebook: expected a notebook of format 4, got ${got} in ${file}`);
  }
  const parts = cells.flatMap((cell): NotebookPart[] => {
    const source = joined(cell.source);
    if (cell.cell_type === "markdown") return [{ kind: "words", markdown: source }];
    const tags = cell.metadata?.tags;
    const onCard = Array.isArray(tags) && tags.includes("card");
    const outputs = (cell.outputs ?? []).flatMap((output): NotebookPart[] => {
      if (output.output_type === "error") {
        return [{ kind: "problem", message: `${output.ename}: ${output.evalue}` }];
      }
      const bundle = output.data ?? (output.text === undefined ? undefined : { "text/plain": output.text });
      return bundle ? [{ kind: "output", bundle, ...(onCard && { onCard }) }] : [];
    });
    return [{ kind: "code", source }, ...outputs];
  });
  const heading = parts.find(part => part.kind === "words")?.markdown.match(/^#\s+(.+)$/m);
  const verdicts = parts.flatMap(part => (part.kind === "output" ? verdictOf(part.bundle) : []));
  return { file, title: heading?.[1] ?? basename(file, ".ipynb"), parts, verdict: verdicts.at(-1) };
}

const storedVerdict = once(() => {
  const z = zod();
  const text = z.string().min(1);
  const outcome = z.enum(["replicated", "not replicated", "not answerable"]);
  const kind = z.enum(["arithmetic", "published", "trained"]);
  /** Where a registered claim comes from, as far as the report asks. */
  const registered = z.object({
    id: text,
    file: text.optional(),
    hash: text,
    amendedHash: text.optional(),
    before: outcome,
  });
  // A verdict is ours alone, but what comes under its name may be anyone's.
  return z.object({
    outcome: z.enum([...outcome.options, "mixed"]),
    summary: text,
    claims: z.array(
      z.object({
        claim: text,
        outcome,
        evidence: text,
        kind: kind.optional(),
        registered: registered.optional(),
      }),
    ),
  });
});

/** The verdict of an output, if it is one. */
export function verdictOf(bundle: StoredBundle): StoredVerdict[] {
  const { success, data } = storedVerdict().safeParse(bundle[VERDICT_MIME]);
  return success ? [data] : [];
}
