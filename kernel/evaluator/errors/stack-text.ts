/** Frames read from the text of a stack, where V8's own list of them is not to be had. */

/** One line of a stack's text. */
export interface TextFrame {
  name: string;
  script: string;
  line: number;
  column: number;
}

/** `at name (place:3:5)` or `at place:3:5`; a cell's place is `In [2]` or the name of its script. */
const FRAME =
  /^\s*at (?:(?<name>.*?) \()?(?:async )?(?<script>[^()]*?|\S.*?):(?<line>\d+):(?<column>\d+)\)?$/;

/** Stacks longer than this are not searched further. */
const MAX_LINES = 200;
const MAX_LENGTH = 1000;

/** The frames that a stack's text names. */
export function textFrames(stack: unknown): TextFrame[] {
  if (typeof stack !== "string") return [];
  const found: TextFrame[] = [];
  // A message may be of any length; the frames stand at the end.
  for (const text of stack
    .slice(-MAX_LINES * MAX_LENGTH)
    .split("\n")
    .slice(-MAX_LINES)) {
    const {
      name = "",
      script = "",
      line,
      column,
    } = (text.length <= MAX_LENGTH && FRAME.exec(text)?.groups) || {};
    if (script) found.push({ name, script, line: Number(line), column: Number(column) });
  }
  return found;
}
