/**
 * The hash by which front ends and kernels know a cell's text: MurmurHash2 with 32 bits, by Austin Appleby, over
 * UTF-8. JupyterLab computes the same to find the cell that a debugger speaks of (`hashMethod: "Murmur2"`).
 */

/** The seed that ipykernel and JupyterLab use. */
export const HASH_SEED = 0xc70f6907;

const M = 0x5bd1e995;

/** The hash of a text, an unsigned integer of 32 bits. */
export function sourceHash(text: string, seed = HASH_SEED): number {
  const data = Buffer.from(text);
  const whole = data.length & ~3;
  let h = seed ^ data.length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  if (whole < data.length) h = Math.imul(h ^ data.readUIntLE(whole, data.length - whole), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return (h ^ (h >>> 15)) >>> 0;
}
