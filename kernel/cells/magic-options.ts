/** Where the options of a magic end and its code begins. */

import type { CodeMagic } from "../magics/magic.js";

/** The options at the head of a line's arguments, as text; what follows is code. */
export function lineOptions({ options }: CodeMagic, args: string): string {
  return options?.exec(args)?.[0] ?? "";
}
