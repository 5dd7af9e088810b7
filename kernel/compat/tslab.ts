/**
 * `import * as tslab from "tslab"`: tslab's public module (1.0.22, dist/public.d.ts) on this kernel's display.
 *
 * Cells get it where no tslab is installed for the notebook, so that notebooks written for tslab run here.
 */

import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { display as show } from "../display/index.js";
import { identity } from "../hosts/hosts.js";

const { name, version } = identity();

/** The version strings of tslab and its dependencies. */
export const versions: { tslab: string; typescript: string; node: string } = {
  tslab: `${name} ${version}`,
  typescript: (createRequire(import.meta.url)("typescript/package.json") as { version: string }).version,
  node: process.version,
};

/** Functions to display rich contents. */
export interface Display {
  javascript(s: string): void;
  html(s: string): void;
  markdown(s: string): void;
  latex(s: string): void;
  svg(s: string): void;
  png(b: Uint8Array): void;
  jpeg(b: Uint8Array): void;
  gif(b: Uint8Array): void;
  pdf(b: Uint8Array): void;
  text(s: string): void;
  raw(contentType: string, b: string | Uint8Array): void;
}

/** @param id the one output that each call replaces; without it each call makes an output of its own */
function createDisplay(id?: string): Display {
  let shown = false;
  const raw = (type: string, content: string | Uint8Array): void => {
    show({ [type]: content }, { raw: true, ...(id !== undefined && { id, update: shown }) });
    shown = true;
  };
  return {
    javascript: text => raw("text/javascript", text),
    html: text => raw("text/html", text),
    markdown: text => raw("text/markdown", text),
    latex: text => raw("text/latex", text),
    svg: text => raw("image/svg+xml", text),
    png: bytes => raw("image/png", bytes),
    jpeg: bytes => raw("image/jpeg", bytes),
    gif: bytes => raw("image/gif", bytes),
    pdf: bytes => raw("application/pdf", bytes),
    text: text => raw("text/plain", text),
    raw,
  };
}

/** Functions to display rich contents. */
export const display: Display = createDisplay();

/** tslab is a CommonJS module, whose default import is all of it. */
export default { versions, display, newDisplay };

/** Returns a new `Display` which displays and overwrites a single output. */
export function newDisplay(): Display {
  return createDisplay(randomUUID());
}
