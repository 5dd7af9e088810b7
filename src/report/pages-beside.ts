/** Pages that a notebook's cells have written next to it, such as a network to try in the browser. */
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { joined, type NotebookPart } from "./notebook.js";

/** A file next to the notebook that is such a page: `BrowserDemo` names it so, and the report's own page is none. */
const LINK = /href="([^"/\\:?#]+\.demo\.html)"/g;

/** The files of those pages to which outputs link, as far as they are there. */
export function pagesBeside(notebook: string, parts: readonly NotebookPart[]): string[] {
  const names = parts.flatMap(part => {
    if (part.kind !== "output") return [];
    return [...joined(part.bundle["text/html"] ?? "").matchAll(LINK)].map(([, name]) => asName(name));
  });
  return (
    [...new Set(names)]
      .filter(name => !/[/\\]/.test(name))
      .map(name => join(dirname(notebook), name))
      // No folder of that name, and no link to a file from elsewhere.
      .filter(file => lstatSync(file, { throwIfNoEntry: false })?.isFile())
  );
}

/** A file's name in an address. */
function asName(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
