/** Lines of a stream, as JSON needs them. */

import type { Readable } from "node:stream";

/**
 * Tells each line of a stream, which ends with a line feed and nothing else. Node's readline also ends lines at U+2028
 * and U+2029, which JSON leaves as they are within texts.
 */
export function readLines(stream: Readable, tell: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = text.split("\n");
    lines[0] = rest + (lines[0] ?? "");
    rest = lines.pop() ?? "";
    for (const line of lines) tell(line);
  });
  stream.on("end", () => {
    if (rest !== "") tell(rest);
  });
}
