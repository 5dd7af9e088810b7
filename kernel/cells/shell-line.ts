/** `!ls -l`: IPython's way to a shell, which JavaScript reads as a negation, if it can read it. */

const HINT = "if a shell command is meant: a cell that begins with %%bash is a script of bash";

/** `!name`, with words behind it; perhaps the value of something, as in `files = !ls`. No call: that is code. */
const LINE = /(?:^|=)[ \t]*!!?[ \t]*(?!function\b|async\b|class\b)([\w.~/-]+)(?:\s|$)/;

/**
 * What to say of a cell that does not parse, or in which a name is not defined.
 *
 * @param at where it does not parse, an offset; or the name
 */
export function shellHint(source: string, at: number | string): string | undefined {
  if (typeof at === "number") {
    const start = source.lastIndexOf("\n", at - 1) + 1;
    // The parser may give up at the line's end only, or where the next begins.
    const before = source.slice(0, start).trimEnd();
    const lines = [source.slice(start).split("\n", 1)[0], before.slice(before.lastIndexOf("\n") + 1)];
    return lines.some(line => LINE.test(line ?? "")) ? HINT : undefined;
  }
  return source.split("\n").some(line =>
    LINE.exec(line)?.[1]
      ?.split(/[^\w$]/)
      .includes(at),
  )
    ? HINT
    : undefined;
}
