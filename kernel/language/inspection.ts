/** Inspection: the language server's hover and signature help to Jupyter's bundles. */

import type { MimeBundle } from "../display/bundle.js";

/** A hover's contents. */
export interface Hover {
  contents: string | { value: string };
}

/** The signatures of the call around the cursor. */
export interface SignatureHelp {
  signatures: { label: string; documentation?: string | { value: string } }[];
  activeSignature?: number;
}

/** What the server says of a name it does not know. */
const UNKNOWN = /^```typescript\nany\n```\s*$/;

/** Markdown of a hover, without what only concerns the modules that cells are to the server. */
export function hoverText({ contents }: Hover): string | undefined {
  const text = typeof contents === "string" ? contents : contents.value;
  if (UNKNOWN.test(text)) return undefined;
  return text.replace(/^\(alias\) /m, "").replace(/^import [\p{ID_Continue}$]+\n(?=```)/mu, "");
}

/** Markdown of the signature that applies. */
export function signatureText({ signatures, activeSignature = 0 }: SignatureHelp): string | undefined {
  const signature = signatures[activeSignature] ?? signatures[0];
  if (!signature) return undefined;
  const { documentation } = signature;
  const text = typeof documentation === "string" ? documentation : (documentation?.value ?? "");
  return `\`\`\`typescript\n${signature.label}\n\`\`\`\n${text}`;
}

/** The bundle a front end shows. */
export function inspectionBundle(markdown: string): MimeBundle {
  const plain = markdown.replace(/^```.*\n?/gm, "").trim();
  return { "text/plain": plain, "text/markdown": markdown };
}
