/** The curves there are, by their formulas. */

/** The terms of each curve but the power laws, and the letters of their coefficients. */
export const linearCurves = {
  ax: { a: (x: number) => x },
  "a + bx": { a: undefined, b: (x: number) => x },
  "a√x": { a: Math.sqrt },
  "a + b√x": { a: undefined, b: Math.sqrt },
  "a√x + bx": { a: Math.sqrt, b: (x: number) => x },
  "a + b√x + cx": { a: undefined, b: Math.sqrt, c: (x: number) => x },
  "a + b·ln x": { a: undefined, b: Math.log },
} as const satisfies Record<string, Record<string, ((x: number) => number) | undefined>>;

/** A curve by its formula. */
export type Curve = keyof typeof linearCurves | "ax^b" | "a + bx^-c";

/** All curves there are. */
export const curves = [...Object.keys(linearCurves), "ax^b", "a + bx^-c"] as Curve[];
