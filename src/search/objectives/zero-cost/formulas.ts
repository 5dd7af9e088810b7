/** The published formulas of measures without training, of what one pass of a network gives. */
import type { Probed } from "../../../training/session.js";
import { symmetricEigenvalues } from "./symmetric.js";

/** A number, and what is to be known of it: which convention gave it, or why it is not finite. */
export interface Scored {
  readonly value: number;
  readonly note?: string;
}

/** Σ over weights of their gradient's length (Abdelfattah et al., ICLR 2021). */
export function gradientNorm(gradients: Iterable<Probed>): number {
  let sum = 0;
  for (const gradient of gradients) {
    let square = 0;
    for (const g of gradient) square += g * g;
    sum += Math.sqrt(square);
  }
  return sum;
}

/** Σ |w · g| (Lee et al., ICLR 2019, SNIP); with g of SynFlow's output it is SynFlow (Tanaka et al., NeurIPS 2020). */
export function saliency(pairs: Iterable<readonly [weights: Probed, gradient: Probed]>): number {
  let sum = 0;
  for (const [weights, gradient] of pairs) {
    for (let i = 0; i < weights.length; i++) sum += Math.abs(weights[i] * gradient[i]);
  }
  return sum;
}

/** Of the eigenvalues of the correlations between images' gradients, so that none divides by 0. */
const SMALL = 1e-5;

/**
 * −Σ log(λ + k) + 1 / (λ + k) over the eigenvalues λ of the correlations between what the images' gradients of the logits' sum are,
 * k = 10⁻⁵ (Mellor et al., the first version of 2020). The greatest value, −n, is that of images whose gradients have nothing in
 * common.
 *
 * Gradients that do not vary over the pixels have no correlation: such images count as all alike, as what the network does not
 * tell apart.
 *
 * @param gradients row-major [n, pixels]
 */
export function jacobianCovariance(gradients: Probed, n: number): Scored {
  const { correlations, flat } = correlated(gradients, n);
  if (!correlations.every(Number.isFinite))
    return { value: Number.NaN, note: "the gradients are not finite" };
  let sum = 0;
  for (const eigenvalue of symmetricEigenvalues(correlations, n)) {
    // Rounding alone makes one negative.
    const shifted = Math.max(eigenvalue, 0) + SMALL;
    sum += Math.log(shifted) + 1 / shifted;
  }
  return {
    value: -sum,
    ...(flat > 0 && {
      note: `gradients of ${flat} of ${n} images are the same at every pixel: counted as all alike`,
    }),
  };
}

/** Pearson correlations between rows, [n, n]; how many rows have no variance. */
function correlated(rows: Probed, n: number): { correlations: Float64Array; flat: number } {
  const length = rows.length / n;
  const centred = Float64Array.from(rows);
  const isFlat: boolean[] = [];
  for (let i = 0; i < n; i++) {
    const row = centred.subarray(i * length, (i + 1) * length);
    isFlat.push(row.every(x => x === row[0]));
    let sum = 0;
    for (const x of row) sum += x;
    const mean = sum / length;
    let square = 0;
    for (let j = 0; j < length; j++) {
      row[j] -= mean;
      square += row[j] * row[j];
    }
    const deviation = Math.sqrt(square);
    if (!isFlat[i]) for (let j = 0; j < length; j++) row[j] /= deviation;
  }
  const correlations = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    correlations[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      if (isFlat[i] || isFlat[j]) sum = isFlat[i] && isFlat[j] ? 1 : 0;
      else for (let k = 0; k < length; k++) sum += centred[i * length + k] * centred[j * length + k];
      correlations[i * n + j] = sum;
      correlations[j * n + i] = sum;
    }
  }
  return { correlations, flat: isFlat.filter(Boolean).length };
}

/**
 * log det K, K[i, j] = how many ReLUs answer images i and j alike, both above 0 or both not (Mellor et al., ICML 2021, NASWOT).
 * −∞ where two images have the same code, or one follows from others.
 *
 * @param maps of every ReLU, [n, units]
 */
export function activationKernel(maps: Iterable<Probed>, n: number): Scored {
  const kernel = new Float64Array(n * n);
  let units = 0;
  for (const map of maps) {
    const each = map.length / n;
    units += each;
    addAlike(kernel, codesOf(map, n), each, n);
  }
  if (units === 0) {
    return { value: Number.NaN, note: "the network has no ReLU, whose codes the measure is made of" };
  }
  const eigenvalues = symmetricEigenvalues(kernel, n);
  // Entries are whole numbers, and so is their determinant: one that is not 0 is at least 1.
  const isSingular = eigenvalues[0] <= n * Number.EPSILON * eigenvalues[n - 1];
  if (isSingular) {
    return {
      value: -Infinity,
      note: "images have the same code, or codes that follow from each other: det K = 0",
    };
  }
  let sum = 0;
  for (const eigenvalue of eigenvalues) sum += Math.log(eigenvalue);
  return { value: sum };
}

/** Of each image the bits "above 0" of a map, 32 to a number. */
function codesOf(map: Probed, n: number): Int32Array {
  const units = map.length / n;
  const words = Math.ceil(units / 32);
  const codes = new Int32Array(n * words);
  for (let i = 0; i < n; i++) {
    for (let u = 0; u < units; u++) {
      if (map[i * units + u] > 0) codes[i * words + (u >>> 5)] |= 1 << (u & 31);
    }
  }
  return codes;
}

/** Adds to the kernel how many of the units answer alike. */
function addAlike(kernel: Float64Array, codes: Int32Array, units: number, n: number): void {
  const words = codes.length / n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let different = 0;
      for (let w = 0; w < words; w++) different += ones(codes[i * words + w] ^ codes[j * words + w]);
      kernel[i * n + j] += units - different;
      if (j < i) kernel[j * n + i] += units - different;
    }
  }
}

/** How many bits of 32 are set. */
function ones(bits: number): number {
  let x = bits - ((bits >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
