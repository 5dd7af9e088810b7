/**
 * What random search finds on average where each run draws anew which of several trainings of a function tells it, and what a
 * function is judged by goes with the training.
 *
 * Of m draws with replacement let the least error that is told be t, and j the function that had it first. With ties shared as
 * the first draw shares them,
 *
 *     P(j, t) = m w_j P(t_j = t) ∫₀¹ E[(Σ_{i ≠ j} w_i X_i(u) + u w_j)^(m − 1)] du,
 *
 * X_i(u) being 0, u or 1 where the run's training of i tells less than t, t, or more: all other draws are of functions that tell more,
 * or tell t and come later. Trainings are drawn independently, so that Σ w X has the generating function Π E[exp(w_i X_i z)], whose
 * coefficient is read off Cauchy's integral on a circle by the trapezoidal rule, and u is integrated by Gauss and Legendre's: both
 * converge geometrically, and are cut where what is left is negligible.
 */

import { gammaln } from "simple-statistics";
import { mean } from "../../statistics/scale.js";

/** A function that random search may draw: how likely, and what each of its trainings tells and is judged by. */
export interface DrawnFunction {
  readonly weight: number;
  readonly told: readonly number[];
  readonly judged: readonly number[];
}

/** A function at an error that some of its trainings tell. */
interface Tied {
  readonly weight: number;
  /** Shares of its trainings that tell less, the same and more. */
  readonly below: number;
  readonly at: number;
  readonly above: number;
  /** Mean over those that tell the same. */
  readonly judged: number;
}

/** Decimals of the probabilities unless fewer do. */
const DECIMALS = 14;

/** @param functions whose weights add up to 1; trainings without a finite error are never chosen */
export class DrawnRandom {
  /** By told error, rising. */
  readonly #levels: readonly (readonly Tied[])[];

  constructor(functions: readonly DrawnFunction[]) {
    const levels = new Map<number, Tied[]>();
    for (const { weight, told, judged } of functions) {
      for (const error of new Set(told.filter(Number.isFinite))) {
        const same = judged.filter((_, k) => told[k] === error);
        const share = (of: number) => of / told.length;
        const below = share(told.filter(other => other < error).length);
        const at = share(same.length);
        const tied = {
          weight,
          below,
          at,
          above: share(told.filter(other => !(other <= error)).length),
          judged: mean(same),
        };
        const level = levels.get(error);
        if (level) level.push(tied);
        else levels.set(error, [tied]);
      }
    }
    this.#levels = [...levels].sort(([a], [b]) => a - b).map(([, level]) => level);
  }

  /**
   * What the function with the least told error of so many draws is judged by, on average over draws and trainings.
   *
   * @param decimals of the probabilities
   */
  expected(draws: number, decimals = DECIMALS): number {
    // Of what falls as exp(−x) from 1 on, this far.
    const cut = Math.LN10 * decimals + 6;
    const circle = new Circle(draws - 1, cut);
    // Below the least error all functions tell more: Π exp(w z) is exp(z).
    let product = circle.points.map(({ re, im }) => ({ re, im }));
    let [sum, total] = [0, 0];
    for (const level of this.#levels) {
      const rest = product.map((log, p) =>
        level.reduce((left, one) => minus(left, before(one, circle.points[p])), log),
      );
      const shares = this.#shares(level, placesOfDraw(draws, level, cut), draws, rest, circle);
      for (const [i, share] of shares.entries()) {
        sum += share * level[i].judged;
        total += share;
      }
      if (total > 1 - 10 ** -decimals) break;
      product = rest.map((log, p) =>
        level.reduce((all, one) => plus(all, after(one, circle.points[p])), log),
      );
    }
    return sum / total;
  }

  /** The probability of each of a level's functions to be what is found. */
  #shares(
    level: readonly Tied[],
    nodes: Nodes,
    draws: number,
    rest: readonly Complex[],
    circle: Circle,
  ): number[] {
    const found = level.map(() => 0);
    for (const { at: u, weight: step } of nodes) {
      for (const [p, log] of rest.entries()) {
        const z = circle.points[p];
        const own = level.map(one => at(one, z, u));
        const all = own.reduce(plus, log);
        for (const [j, one] of level.entries()) {
          const others = minus(all, own[j]);
          const exponent = { re: others.re + u * one.weight * z.re, im: others.im + u * one.weight * z.im };
          found[j] += step * draws * one.weight * one.at * circle.share(p, exponent);
        }
      }
    }
    return found;
  }
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

const plus = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });

/**
 * The logarithm of a function's generating function, constant + same · exp(u w z) + above · exp(w z), less its greatest term, which may be
 * beyond the doubles.
 */
function logOf(constant: number, same: number, above: number, wz: Complex, u: number): Complex {
  const top = above > 0 ? 1 : same > 0 ? u : 0;
  let [re, im] = [0, 0];
  const add = (share: number, by: number): void => {
    if (share === 0) return;
    const size = share * Math.exp(by * wz.re);
    re += size * Math.cos(by * wz.im);
    im += size * Math.sin(by * wz.im);
  };
  add(constant, -top);
  add(same, u - top);
  add(above, 1 - top);
  return { re: top * wz.re + Math.log(Math.hypot(re, im)), im: top * wz.im + Math.atan2(im, re) };
}

const times = ({ re, im }: Complex, by: number): Complex => ({ re: by * re, im: by * im });

/** Below its level, at it, and above it. */
const before = ({ below, at: same, above, weight }: Tied, z: Complex): Complex =>
  logOf(below, 0, same + above, times(z, weight), 1);
const at = ({ below, at: same, above, weight }: Tied, z: Complex, u: number): Complex =>
  logOf(below, same, above, times(z, weight), u);
const after = ({ below, at: same, above, weight }: Tied, z: Complex): Complex =>
  logOf(below + same, 0, above, times(z, weight), 1);

/** n! [zⁿ] of a generating function from its logarithm on a circle; of conjugate points one is enough. */
class Circle {
  readonly points: readonly Complex[];
  readonly #n: number;
  readonly #angles: readonly number[];
  readonly #weights: readonly number[];
  readonly #scale: number;

  constructor(n: number, cut: number) {
    const radius = Math.max(1, n);
    // Coefficients fall off as Poisson's of mean n: those ten deviations away are below the rounding.
    const count = 2 * Math.ceil((1.2 * Math.sqrt(2 * cut * radius) + 0.7 * cut) / 2);
    const kept = Array.from({ length: count / 2 + 1 }, (_, i) => i).filter(
      i => radius * (1 - Math.cos((2 * Math.PI * i) / count)) < cut,
    );
    this.#n = n;
    this.#angles = kept.map(i => (2 * Math.PI * i) / count);
    this.#weights = kept.map(i => (i === 0 || i === count / 2 ? 1 : 2) / count);
    this.#scale = gammaln(n + 1) - n * Math.log(radius);
    this.points = this.#angles.map(angle => ({
      re: radius * Math.cos(angle),
      im: radius * Math.sin(angle),
    }));
  }

  /** What a point adds. */
  share(p: number, { re, im }: Complex): number {
    return this.#weights[p] * Math.exp(re + this.#scale) * Math.cos(im - this.#n * this.#angles[p]);
  }
}

/**
 * Nodes of the integral over u. What stands in it falls below 1 at least as exp(−m w_j (1 − u)), which is where it is cut, and at most as
 * exp(−m W (1 − u)) with the weight W of all that tie, which says how many nodes it takes.
 */
function placesOfDraw(draws: number, level: readonly Tied[], cut: number): Nodes {
  const least = level.reduce((a, { weight }) => Math.min(a, weight), Infinity);
  const all = level.reduce((sum, { weight }) => sum + weight, 0);
  const width = Math.min(1, cut / (draws * least));
  const speed = draws * all * width;
  const nodes = gaussLegendre(
    Math.min(Math.ceil(draws / 2), Math.ceil(0.22 * cut + 0.11 * cut * Math.sqrt(speed))),
  );
  return nodes.map(({ at: x, weight }) => ({
    at: 1 - (width * (1 - x)) / 2,
    weight: (width * weight) / 2,
  }));
}

type Nodes = readonly { readonly at: number; readonly weight: number }[];
const known = new Map<number, Nodes>();

/** Nodes and weights on [−1, 1], by Newton's method from Tricomi's approximation. */
function gaussLegendre(n: number): Nodes {
  const found = known.get(n);
  if (found) return found;
  const nodes = Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 50; step++) {
      let [p, last] = [1, 0];
      for (let k = 1; k <= n; k++) [p, last] = [((2 * k - 1) * x * p - (k - 1) * last) / k, p];
      slope = (n * (x * p - last)) / (x * x - 1);
      const change = p / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    return { at: x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
  known.set(n, nodes);
  return nodes;
}
