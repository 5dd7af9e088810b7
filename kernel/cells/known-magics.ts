/** The magics there are: what completion offers, help explains and errors list. */

import { TYPECHECK_MODES } from "./typecheck-mode.js";

/** One magic. */
export interface Magic {
  /** With its percent signs. */
  name: string;
  usage: string;
  /** One sentence. */
  summary: string;
  /** What may follow its name, where that is one of a few words. */
  words: readonly string[];
}

/** What may follow the name of a magic that knows a few words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "%npm": ["install", "uninstall", "update", "ls", "outdated", "view"],
  "%typecheck": TYPECHECK_MODES,
  "%timeit": ["-n", "-r"],
  "%%timeit": ["-n", "-r"],
  "%%writefile": ["-a"],
};

const ALL = [
  ["%time", "%time code", "Runs the rest of the line and says how long it took; its value stays the cell's."],
  ["%%time", "%%time", "Runs the cell and says how long it took."],
  [
    "%timeit",
    "%timeit [-n loops] [-r runs] code",
    "Says how long the rest of the line takes, from many runs.",
  ],
  ["%%timeit", "%%timeit [-n loops] [-r runs]", "Says how long the cell takes, from many runs."],
  [
    "%npm",
    "%npm install package…",
    "Installs packages, without their install scripts, into the notebook's project, or for this user where there is no package.json; also uninstall, update, ls, outdated and view.",
  ],
  ["%cd", "%cd [folder]", "Changes the folder that paths start from; imports stay relative to the notebook."],
  ["%env", "%env [name[=value]]", "Sets an environment variable, shows one, or lists them all."],
  ["%who", "%who", "Lists the variables of the notebook with their types and values."],
  ["%reset", "%reset", "Starts afresh before the cell runs: variables and loaded modules are gone."],
  [
    "%typecheck",
    "%typecheck [warn|error|off]",
    "Says what type errors do: are shown, stop the cell, or nothing.",
  ],
  ["%%html", "%%html", "Shows the cell as HTML."],
  ["%%markdown", "%%markdown", "Shows the cell as Markdown."],
  ["%%bash", "%%bash", "Runs the cell as a script of bash."],
  ["%%writefile", "%%writefile [-a] path", "Writes the cell to a file; with -a, at its end."],
] as const;

/** All magics, by name. Those with two signs take the whole cell. */
export const MAGICS: ReadonlyMap<string, Magic> = new Map(
  ALL.map(([name, usage, summary]) => [name, { name, usage, summary, words: WORDS[name] ?? [] }]),
);

/** What to say of a magic that does not exist. */
export function unknownMagic(name: string): string {
  return `unknown magic ${name}; known are ${[...MAGICS.keys()].join(", ")}`;
}
