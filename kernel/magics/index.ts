/** The magics there are: a line each, in the order in which help and errors list them. */

import { bash } from "./bash.js";
import { cd } from "./cd.js";
import { env } from "./env.js";
import { html } from "./html.js";
import type { Magic, MagicForm } from "./magic.js";
import { markdown } from "./markdown.js";
import { npm } from "./npm.js";
import { reset } from "./reset.js";
import { time } from "./time.js";
import { timeit } from "./timeit.js";
import { typecheck } from "./typecheck.js";
import { who } from "./who.js";
import { writefile } from "./writefile.js";

const ALL: readonly Magic[] = [
  time,
  timeit,
  npm,
  cd,
  env,
  who,
  reset,
  typecheck,
  html,
  markdown,
  bash,
  writefile,
];

/** A magic as it is written. */
export interface WrittenMagic extends MagicForm {
  /** With its percent signs. */
  name: string;
  magic: Magic;
}

/** All magics by what they are written as; those with two signs take the whole cell. */
export const MAGICS: ReadonlyMap<string, WrittenMagic> = new Map(
  ALL.flatMap(magic => {
    const forms = { [`%${magic.name}`]: magic.line, [`%%${magic.name}`]: magic.cell };
    return Object.entries(forms).flatMap(([name, form]): [string, WrittenMagic][] =>
      form ? [[name, { name, ...form, magic }]] : [],
    );
  }),
);

/** What to say of a magic that does not exist. */
export function unknownMagic(name: string): string {
  return `unknown magic ${name}; known are ${[...MAGICS.keys()].join(", ")}`;
}
