/** What a report takes from an executed notebook: its words, its figures and tables, but not its code. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** A MIME bundle as notebooks store it: text may be split into lines. */
export type StoredBundle = Readonly<Record<string, unknown>>;

export type NotebookPart =
  | { readonly kind: "words"; readonly markdown: string }
  | { readonly kind: "output"; readonly bundle: StoredBundle }
  | { readonly kind: "problem"; readonly message: string };

export interface NotebookDocument {
  readonly file: string;
  /** The first heading, else the file's name. */
  readonly title: string;
  readonly parts: readonly NotebookPart[];
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly data?: StoredBundle;
    readonly ename?: string;
    readonly evalue?: string;
  }[];
}

export const joined = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text));

/** @throws Error if the file is not a notebook of format 4 */
export function readNotebook(file: string): NotebookDocument {
  const { nbformat, cells } = JSON.parse(readFileSync(file, "utf8")) as { nbformat?: number; cells?: Cell[] };
  if (nbformat !== 4 || !cells) {
    throw new Error(`readNotebook: expected a notebook of format 4, got format ${nbformat} in ${file}`);
  }
  const parts = cells.flatMap((cell): NotebookPart[] => {
    if (cell.cell_type === "markdown") return [{ kind: "words", markdown: joined(cell.source) }];
    return (cell.outputs ?? []).flatMap((output): NotebookPart[] => {
      if (output.output_type === "error") {
        return [{ kind: "problem", message: `${output.ename}: ${output.evalue}` }];
      }
      return output.data ? [{ kind: "output", bundle: output.data }] : [];
    });
  });
  const heading = parts.find(part => part.kind === "words")?.markdown.match(/^#\s+(.+)$/m);
  return { file, title: heading?.[1] ?? basename(file, ".ipynb"), parts };
}
