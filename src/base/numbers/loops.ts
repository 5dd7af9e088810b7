/**
 * Loops over many doubles as functions of WebAssembly, which has integers of 64 bits and vectors of two doubles. What they do is said
 * where they are written, `scripts/wasm/numbers.ts`.
 */
import { MODULE } from "./module.js";

/** Addresses and strides in bytes; `counters` and `state` are `COUNTERS` and `STATE`. */
interface Loops {
  readonly memory: WebAssembly.Memory;
  sort(a: number, b: number, n: number, counters: number): void;
  order(from: number, a: number, b: number, n: number, counters: number): void;
  triangle(r: number, k: number, block: number, rows: number, stride: number): void;
  between(from: number, n: number, low: number, high: number, to: number): void;
  inversions(a: number, b: number, n: number): number;
  resampledMeans(
    from: number,
    n: number,
    others: number,
    m: number,
    repeats: number,
    state: number,
    to: number,
  ): void;
}

/** Where the words of a generator lie, and what radix counts with. */
export const STATE = 512;
export const COUNTERS = 1024;
/** Where the callers' own data begin: a page is the loops'. */
export const DATA = 65_536;

const PAGE = 65_536;
/** Memory up to so many bytes is kept from one call to the next: touching new memory takes longer than sorting what is in it. */
const KEPT = 2 ** 26;
const MOST = 2 ** 32 - PAGE;

let compiled: WebAssembly.Module | null | undefined;
let kept: Loops | undefined;

/**
 * What `use` makes with the loops and so many bytes of their memory from `DATA` on, whose content is of no meaning; none of it lasts
 * beyond `use`, which calls nothing that may come here again.
 *
 * @param use gets the loops, and their memory as doubles, of which element i lies at 8i
 * @returns undefined where there is no WebAssembly or too little memory
 */
export function withLoops<T extends object | number>(
  bytes: number,
  use: (loops: Loops, memory: Float64Array) => T,
): T | undefined {
  const loops = kept ?? instance();
  if (!loops || DATA + bytes > MOST) return undefined;
  const missing = DATA + bytes - loops.memory.buffer.byteLength;
  try {
    if (missing > 0) loops.memory.grow(Math.ceil(missing / PAGE));
  } catch {
    return undefined;
  }
  try {
    return use(loops, new Float64Array(loops.memory.buffer));
  } finally {
    kept = loops.memory.buffer.byteLength <= KEPT ? loops : undefined;
  }
}

function instance(): Loops | undefined {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(Uint8Array.from(atob(MODULE), character => character.charCodeAt(0)));
    } catch {
      // A page may forbid it, and an old browser has no vectors.
      compiled = null;
    }
  }
  return compiled ? (new WebAssembly.Instance(compiled, {}).exports as unknown as Loops) : undefined;
}
