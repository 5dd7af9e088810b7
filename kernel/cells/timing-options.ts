/** What stands between `%timeit` and its code: `-n loops` and `-r runs`. */

/** Magics whose argument is code. */
export const TIMING: ReadonlySet<string> = new Set(["%time", "%timeit", "%%time", "%%timeit"]);

/** The options at the head of a line's arguments, as text. */
export function timingOptions(name: string, args: string): string {
  return name === "%timeit" ? (/^(?:-[nr]\s*\d+(?:\s+|$))*/.exec(args)?.[0] ?? "") : "";
}

/** The number behind a flag. */
export function timingOption(options: string, flag: "n" | "r"): number | undefined {
  const text = new RegExp(`-${flag}\\s*(\\d+)`).exec(options)?.[1];
  return text === undefined ? undefined : Number(text);
}
