/** Help for magics' names. */

import { utf16Offset } from "../positions.js";
import type { InspectReply } from "../../protocol/messages.js";
import { MAGICS } from "../../magics/index.js";

/** Tells of the magic whose name is at a cursor in code points; nothing when there is none. */
export function inspectMagic(code: string, cursor: number): InspectReply | undefined {
  const offset = utf16Offset(code, cursor);
  const lineStart = code.lastIndexOf("\n", offset - 1) + 1;
  const [, indent = "", name = ""] = /^(\s*)(%{1,2}[a-z]+)/i.exec(code.slice(lineStart)) ?? [];
  const magic = MAGICS.get(name);
  if (!magic || offset > lineStart + indent.length + name.length) return undefined;
  const { usage, summary } = magic;
  return {
    found: true,
    data: { "text/plain": `${usage}\n${summary}`, "text/markdown": `\`\`\`\n${usage}\n\`\`\`\n${summary}` },
    metadata: {},
  };
}
