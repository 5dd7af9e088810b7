/** Pages that a notebook's cells have written next to it, such as a network to try in the browser. */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { joined, type NotebookDocument, type NotebookPart } from "./notebook.js";

/** A file next to the notebook that is such a page: `BrowserDemo` names it so, and the report's own page is none. */
const LINK = /href="([^"/\\:?#]+\.demo\.html)"/g;

/**
 * Copies the pages to which outputs link, as far as they are there, into a folder. Pages of several notebooks may have one name: the
 * second is copied under another.
 *
 * @returns the notebooks, with links to the copies
 */
export function takePagesAlong(documents: readonly NotebookDocument[], out: string): NotebookDocument[] {
  const taken = new Map<string, string>();
  const copied = (file: string, name: string): string => {
    const page = readFileSync(file);
    const hash = createHash("sha256").update(page).digest("hex");
    const own = (taken.get(name) ?? hash) === hash ? name : `${hash.slice(0, 8)}-${name}`;
    if (!taken.has(own)) {
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, own), page);
    }
    taken.set(own, hash);
    return own;
  };
  return documents.map(document => {
    const placed = (part: NotebookPart): NotebookPart => {
      if (part.kind !== "output" || part.bundle["text/html"] === undefined) return part;
      const html = joined(part.bundle["text/html"]).replaceAll(LINK, (link, address: string) => {
        const name = asName(address);
        const file = join(dirname(document.file), name);
        // No folder of that name, and no link to a file from elsewhere.
        if (/[/\\]/.test(name) || !isFile(file)) return link;
        return `href="${encodeURIComponent(copied(file, name))}"`;
      });
      return { ...part, bundle: { ...part.bundle, "text/html": html } };
    };
    return { ...document, parts: document.parts.map(placed) };
  });
}

/** Whether it is there; a name that no file can have is not. */
function isFile(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** A file's name in an address. */
function asName(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
