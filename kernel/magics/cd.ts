/** `%cd`: the folder that paths start from. */

import { homedir } from "node:os";
import path from "node:path";
import type { EvaluatorMagic } from "./magic.js";
import { quotedWords } from "./support/quoted-words.js";

export const cd: EvaluatorMagic = {
  name: "cd",
  line: {
    usage: "%cd [folder]",
    summary: "Changes the folder that paths start from; imports stay relative to the notebook.",
  },
  runs: "evaluator",
  start: () => {
    let before = process.cwd();
    return args => {
      const [wanted = "~"] = quotedWords(args);
      const target = wanted === "-" ? before : path.resolve(wanted.replace(/^~(?=$|[/\\])/, homedir()));
      const here = process.cwd();
      try {
        process.chdir(target);
      } catch {
        throw new Error(`%cd: there is no folder ${target}`);
      }
      before = here;
      console.log(process.cwd());
    };
  },
};
