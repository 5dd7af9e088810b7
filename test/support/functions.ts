/** What tests that walk over all exported functions and classes ask of each. */

/** A function or a class. */
export type Work = ((...values: unknown[]) => unknown) & (new (...values: unknown[]) => unknown);

export const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** The names of a function's parameters, with their defaults. */
export function parametersOf(work: Work): string[] {
  const text = Function.prototype.toString.call(work);
  const from = text.indexOf("(", isClass(work) ? Math.max(0, text.indexOf("constructor(")) : 0);
  let depth = 0;
  const parts = [""];
  for (const letter of text.slice(from)) {
    if ("([{".includes(letter) && depth++ === 0) continue;
    if (")]}".includes(letter) && --depth === 0) break;
    if (letter === "," && depth === 1) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map(part => part.trim()).filter(part => part !== "");
}
