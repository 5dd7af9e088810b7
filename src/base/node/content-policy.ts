/**
 * The content security policy of our pages: of scripts their own alone run, known by their hashes, and nothing is
 * fetched from anywhere. Whatever escaping might have missed stays text.
 */
import { createHash } from "node:crypto";

/**
 * The policy as an element for the page's head, before anything that it is to hold for.
 *
 * @param scripts the texts of the scripts that the page may run, exactly as they are between their tags
 * @param more what else scripts may do, such as `'wasm-unsafe-eval'`: compile WebAssembly, which makes no code of texts
 */
export const contentPolicy = (scripts: readonly string[], more: readonly string[] = []): string =>
  `<meta http-equiv="Content-Security-Policy" content="${contentPolicyText(scripts, more)}">`;

/** The policy itself, for a header. */
export function contentPolicyText(scripts: readonly string[], more: readonly string[] = []): string {
  const hashes = scripts.map(script => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src ${[...hashes, ...more].join(" ")}`,
    // Plotly writes style elements and attributes, and so do our tables.
    "style-src 'unsafe-inline'",
    // "blob:" is a live figure that its reader saves as a picture.
    "img-src data: blob:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** A script's text as it can be put between script tags; the hash in the policy is that of this text. */
export const inScript = (source: string): string =>
  source
    // The page's reader makes one line end of these, before the hash is taken.
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/<(?=\/script|script|!--)/gi, "\\x3C");

/** JSON for a script element that holds data: no string in it can close the element. */
export const dataScript = (value: unknown, attributes = ""): string =>
  `<script type="application/json"${attributes}>${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;
