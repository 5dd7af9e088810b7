/** How the learning rate moves over a training: half a cosine, cosines with restarts, steps, or exponential decay. */
import type { Recipe } from "../recipe.js";

/** Which of a recipe's fields belong to which schedule, in the order in which they are reported. */
const schedules = {
  stepEpochs: ["stepFactor"],
  decayFactor: ["decayEvery", "decayStaircase"],
  restartEpochs: ["restartFactor"],
} as const;

/** The first field that does not fit the recipe's schedule, and what it must be. */
export function scheduleProblem(
  recipe: Recipe,
): { readonly field: keyof Recipe; readonly expected: string } | undefined {
  const names = Object.keys(schedules) as (keyof typeof schedules)[];
  const [chosen, second] = names.filter(name => recipe[name] !== undefined);
  if (second) return { field: second, expected: `left out with ${chosen}: a recipe has one schedule` };
  for (const name of names) {
    // A factor of steps alone has always been taken.
    if (name === chosen || name === "stepEpochs") continue;
    const stray = schedules[name].find(field => recipe[field] !== undefined);
    if (stray) return { field: stray, expected: `left out without ${name}` };
  }
  const { learningRate, learningRateEnd } = recipe;
  if (learningRateEnd === undefined) return undefined;
  if (chosen && chosen !== "restartEpochs") {
    return { field: "learningRateEnd", expected: `left out with ${chosen}: it is where a cosine ends` };
  }
  if (learningRateEnd > learningRate) {
    return { field: "learningRateEnd", expected: `at most learningRate (${learningRate})` };
  }
  return undefined;
}

/** A step that begins with a period, but for rounding, is in it. */
const ROUNDING = 1e-9;

/** The learning rate after `epoch` epochs of a recipe that can be followed. */
export function scheduledRate(recipe: Recipe, epoch: number): number {
  const { learningRate, warmupEpochs, warmupFrom = 0.1 } = recipe;
  const warmup = epoch < warmupEpochs ? warmupFrom + ((1 - warmupFrom) * epoch) / warmupEpochs : 1;
  const { stepEpochs, stepFactor = 0.1, decayFactor, decayEvery = 1, decayStaircase = false } = recipe;
  if (stepEpochs) {
    return learningRate * stepFactor ** stepEpochs.filter(at => at <= epoch).length * warmup;
  }
  if (decayFactor !== undefined) {
    const periods = epoch / decayEvery;
    const times = decayStaircase ? Math.floor(periods + ROUNDING) : periods;
    return learningRate * decayFactor ** times * warmup;
  }
  const { learningRateEnd = 0 } = recipe;
  const share = 0.5 * (1 + Math.cos(Math.PI * cycleShare(recipe, epoch)));
  if (learningRateEnd === 0) return learningRate * share * warmup;
  return (learningRateEnd + (learningRate - learningRateEnd) * share) * warmup;
}

/** How much of the cosine under way is over, in [0, 1]. */
function cycleShare({ epochs, restartEpochs, restartFactor = 1 }: Recipe, epoch: number): number {
  if (restartEpochs === undefined) return epoch / epochs;
  const first = epoch / restartEpochs;
  if (!Number.isFinite(first)) return 0; // Cycles shorter than any step: each begins one.
  if (restartFactor === 1) return Math.max(0, first - Math.floor(first + ROUNDING));
  // After n cycles of lengths 1, f, f², …, (fⁿ − 1) / (f − 1) first cycles are over.
  const growth = Math.log1p(restartFactor - 1);
  const done = Math.floor(Math.log1p(first * (restartFactor - 1)) / growth + ROUNDING);
  const began = Math.expm1(done * growth) / (restartFactor - 1);
  return Math.min(1, Math.max(0, (first - began) / restartFactor ** done));
}
