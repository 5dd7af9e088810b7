/** `%%writefile`: a cell that becomes a file. */

import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { EvaluatorMagic } from "./magic.js";
import { quotedWords } from "./support/quoted-words.js";

export const writefile: EvaluatorMagic = {
  name: "writefile",
  cell: {
    usage: "%%writefile [-a] path",
    summary: "Writes the cell to a file; with -a, at its end.",
  },
  words: ["-a"],
  runs: "evaluator",
  start: () => (args, body) => {
    const parts = quotedWords(args);
    const append = parts[0] === "-a";
    const [file, ...more] = append ? parts.slice(1) : parts;
    if (file === undefined || more.length > 0) {
      const got = args === "" ? "none" : `"${args}"`;
      throw new Error(`%%writefile: expected one path, got ${got}; put one with spaces in quotes`);
    }
    const exists = existsSync(file);
    if (append) appendFileSync(file, body);
    else writeFileSync(file, body);
    console.log(`${append ? "appended to" : exists ? "overwrote" : "wrote"} ${path.resolve(file)}`);
  },
};
