/** Completion: the language server's items to Jupyter's matches. */

import type { CompleteReply } from "../protocol/messages.js";
import { HEADER_LINES } from "./cell-modules.js";
import { type Markup, markup } from "./inspection.js";
import { codePoints, type LspPosition, lspOffset } from "./positions.js";

/** What is used of a server's completion item. */
export interface CompletionItem {
  label: string;
  kind?: number;
  sortText?: string;
  filterText?: string;
  insertText?: string;
  detail?: string;
  documentation?: Markup;
  labelDetails?: { detail?: string; description?: string };
  textEdit?: { newText: string; range?: { start: LspPosition } };
  data?: unknown;
  /** Where a name comes from that is not imported yet; the server does not fill this in. */
  module?: string;
}

/** More than this nobody reads, and all globals are many. */
const MAX_MATCHES = 500;

/** Names of the server's item kinds, in its numbering from 1, as VS Code knows them. */
const KINDS =
  "text method function constructor field variable class interface module property unit value enum keyword snippet color file reference folder enumMember constant struct event operator typeParameter".split(
    " ",
  );

/** The part of the text that a completion replaces, and the items that fit it. */
export interface Fitting {
  start: number;
  end: number;
  items: CompletionItem[];
}

/** Chooses the items that fit what stands before the cursor. */
export function fitting(code: string, cursor: number, items: CompletionItem[]): Fitting {
  const word = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, cursor))?.[0] ?? "";
  const starts = items.map(item => replacedFrom(code, item));
  // Inside a string the server says what is replaced; elsewhere it is the word, and an item that would
  // replace more (`.x` by `["x"]`) cannot stand in one list with the others.
  const [common] = starts;
  const start = common !== undefined && starts.every(each => each === common) ? common : cursor - word.length;
  const replacing = items.filter((_, i) => (starts[i] ?? start) === start);
  const typed = code.slice(start, cursor);
  const exact = replacing.filter(item => filterText(item).startsWith(typed));
  const loose = replacing.filter(item => filterText(item).toLowerCase().startsWith(typed.toLowerCase()));
  const chosen = (exact.length > 0 ? exact : loose).toSorted(bySortText).slice(0, MAX_MATCHES);
  return { start, end: cursor, items: chosen };
}

function replacedFrom(code: string, { textEdit }: CompletionItem): number | undefined {
  if (!textEdit?.range) return undefined;
  const { line, character } = textEdit.range.start;
  return lspOffset(code, { line: line - HEADER_LINES, character });
}

/** The server's numbers for a file and for a folder. */
const PATHS = new Set([17, 19]);

/**
 * The items without paths that only the folder has in which cells are modules.
 *
 * @param isThere whether the notebook's own folder has a name, with or without its extension
 */
export function withoutWorkspace(
  items: readonly CompletionItem[],
  isThere: (name: string) => boolean,
): CompletionItem[] {
  return items.filter(
    ({ label, kind = 0 }) =>
      !PATHS.has(kind) ||
      !/^(?:cell(?:s|\d+)|checked|current|offered|globals|tsconfig\.json|node_modules)$/.test(label) ||
      isThere(label),
  );
}

/** The reply; `start` and `end` of the fitting are UTF-16 offsets, those of the reply code points. */
export function completeReply(code: string, { start, end, items }: Fitting): CompleteReply {
  const cursor_start = codePoints(code, start);
  const cursor_end = codePoints(code, end);
  const unique = [...new Map(items.map(item => [insertText(item), item])).entries()];
  const types = unique.map(([text, item]) => ({
    start: cursor_start,
    end: cursor_end,
    text,
    ...described(item),
  }));
  return {
    matches: unique.map(([text]) => text),
    cursor_start,
    cursor_end,
    metadata: { _jupyter_types_experimental: types },
  };
}

/** Kind, type and documentation. Names of other cells are imports to the server: what it says of that is left out. */
function described({
  kind = 0,
  detail,
  labelDetails,
  documentation = "",
  module,
}: CompletionItem): Record<string, string> {
  const full = detail ?? labelDetails?.detail ?? "";
  const signature = full.replace(/^\(alias\) /, "").replace(/\nimport [^\n]*$/, "");
  const said = module === undefined ? signature : markup(documentation).replace(/^```typescript\n/, "");
  const declared = /^(function|class|interface|enum|namespace|type)\b/.exec(said)?.[1];
  return {
    type: declared ?? KINDS[kind - 1] ?? "",
    signature,
    documentation: markup(documentation),
    ...(module !== undefined && { module }),
  };
}

function insertText(item: CompletionItem): string {
  return item.textEdit?.newText ?? item.insertText ?? item.label;
}

function filterText(item: CompletionItem): string {
  return item.filterText ?? insertText(item);
}

function bySortText(a: CompletionItem, b: CompletionItem): number {
  const left = a.sortText ?? a.label;
  const right = b.sortText ?? b.label;
  return left < right ? -1 : left > right ? 1 : a.label < b.label ? -1 : 1;
}
