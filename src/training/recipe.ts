/** Training recipes: what each field means, and what it must be. */
import { holdsForAll } from "../base/expect.js";
import { say } from "../base/say.js";
import { scheduledRate, scheduleProblem } from "./recipe/learning-rate-schedule.js";
import { RecipeError } from "./recipe/recipe-error.js";
import { optimiserDefaults, type OptimiserName, optimisers, optimiserProblem } from "./recipe/optimisers.js";

export { RecipeError };

/**
 * A training recipe as data: everything about optimisation and augmentation that is not the network, the
 * dataset or the hardware.
 */
export interface Recipe {
  /** Passes over the training split. */
  readonly epochs: number;
  /** Images per step; an epoch's last, smaller batch is dropped. */
  readonly batch: number;
  /** Peak learning rate, reached after the warm-up. */
  readonly learningRate: number;
  /** What updates the weights, as torch.optim computes it. Default `"sgd"`. */
  readonly optimiser?: OptimiserName;
  /** Of SGD and RMSProp; Adam and AdamW do not read it, they have `beta1`. */
  readonly momentum: number;
  /** SGD alone: momentum in Nesterov's form (default), or plain. */
  readonly nesterov?: boolean;
  /** Adam and AdamW alone: decay of the mean of gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Adam and AdamW alone: decay of the mean of squared gradients, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** RMSProp alone: decay of the mean of squared gradients, in [0, 1). Default 0.99, PyTorch's; TensorFlow's is 0.9. */
  readonly smoothing?: number;
  /** Adam, AdamW and RMSProp: added to the root of the mean of squared gradients. Default 1e-8. */
  readonly epsilon?: number;
  /**
   * RMSProp alone: divide by √(mean + ε), as TensorFlow does, instead of √mean + ε (default). TensorFlow also begins that mean
   * at 1 and multiplies by the learning rate before the momentum; neither is done here.
   */
  readonly epsilonInsideRoot?: boolean;
  /**
   * Weight decay, applied to every parameter but those with a decay of their own: L2, a part of the gradient; with AdamW
   * taken off the weight itself, times the learning rate.
   */
  readonly weightDecay: number;
  /** Of the scales and shifts of normalisations (pycls's BN.CUSTOM_WEIGHT_DECAY). Default: `weightDecay`. */
  readonly normWeightDecay?: number;
  /** Of the biases of convolutions and fully connected layers. Default: `weightDecay`. */
  readonly biasWeightDecay?: number;
  /**
   * Greatest norm of all gradients together; longer ones are scaled down to it, before weight decay
   * (torch.nn.utils.clip_grad_norm_). Default: none.
   */
  readonly clipNorm?: number;
  /**
   * Epochs, rising, at which the learning rate falls by `stepFactor`. Default, without `decayFactor` and `restartEpochs`: it
   * falls along half a cosine.
   */
  readonly stepEpochs?: readonly number[];
  /** In (0, 1). Default 0.1. */
  readonly stepFactor?: number;
  /** The learning rate is multiplied by this, in (0, 1), every `decayEvery` epochs: 0.97 every 2.4, for example. */
  readonly decayFactor?: number;
  /** Epochs, may be fractional. Default 1. */
  readonly decayEvery?: number;
  /** Multiply at once when these epochs are over, instead of a little every step (default). */
  readonly decayStaircase?: boolean;
  /**
   * The cosine begins anew after so many epochs, may be fractional (warm restarts, Loshchilov & Hutter 2017), each time for
   * `restartFactor` times as long.
   */
  readonly restartEpochs?: number;
  /** At least 1. Default 1. */
  readonly restartFactor?: number;
  /** Where a cosine ends, at most `learningRate`. Default 0. */
  readonly learningRateEnd?: number;
  /** Epochs (may be fractional) of linear warm-up from `warmupFrom` × the schedule's rate. */
  readonly warmupEpochs: number;
  /** Share of the rate that the warm-up begins with, in [0, 1]. Default 0.1. */
  readonly warmupFrom?: number;
  /** Random crop after zero-padding by this many pixels on each side; 0 crops nothing. */
  readonly cropPadding: number;
  /**
   * Crop a box of at least this share of the image's area, with an aspect of 3/4 to 4/3, and resize it to the image's
   * resolution, bilinearly (Szegedy et al. 2015; the paper's ImageNet recipes: 0.08). Asks for a cropPadding of 0.
   */
  readonly randomSizedCrop?: number;
  /** Mirror each training image with probability one half. */
  readonly flip: boolean;
  /**
   * Side in pixels of a square of each training image that is blanked (set to the mean), around any of its pixels, after crop
   * and mirroring; what lies outside the image is not blanked (DeVries & Taylor 2017). Default 0, none.
   */
  readonly cutout?: number;
  /**
   * Standard deviation of colour noise along the principal components of the training pixels, each scaled by its
   * eigenvalue, on the 0–1 scale (Krizhevsky et al. 2012; the paper's ImageNet recipes: 0.1). Default 0.
   */
  readonly colourPca?: number;
  /**
   * Mix each batch with itself in another order, images and labels alike, by a share drawn from Beta(α, α) for the
   * batch (Zhang et al. 2018). α; default 0, no mixing.
   */
  readonly mixup?: number;
  /** Share of the target that is spread evenly over all classes (Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
  /** Probability of dropout before the last fully connected layer; see `withDropout`. Default 0. */
  readonly dropout?: number;
  /** Probability of skipping the last residual branch, less for earlier ones; see `withDropPath`. Default 0. */
  readonly dropPath?: number;
  /**
   * Whether drop path's probabilities hold throughout (default), or rise over the training from 0 to what they are: times the
   * steps done, over all steps (Zoph et al. 2018).
   */
  readonly dropPathSchedule?: "constant" | "linear";
  /**
   * Weight of the cross-entropy of the network's auxiliary logits in the loss, beside 1 for its own; smoothing and mixing
   * are the same. The network must have them (`Network.auxiliary`). Default 0: they are left out of the training.
   */
  readonly auxiliaryWeight?: number;
  /**
   * Test, and keep, an exponential moving average of weights and running statistics instead of the last ones: its decay
   * per step, for example 0.999. The average begins with the weights after the first step. Default: none.
   */
  readonly averageDecay?: number;
  /**
   * Before a test, replace the running statistics of normalisations by those over this many training images, augmented
   * as in training, in whole batches (pycls's BN.USE_PRECISE_STATS). Default 0: the running averages.
   */
  readonly recalibrate?: number;
  /**
   * Begin with the scale γ of each residual branch's last normalisation at 0, so that every block begins as its
   * shortcut and deep networks begin shallow (Goyal et al. 2017; pycls's ZERO_INIT_FINAL_GAMMA). Default false.
   */
  readonly zeroInitResidual?: boolean;
  /** Test every so many epochs, besides the last, which is always tested. Default 0: only the last. */
  readonly testEvery?: number;
}

/** What of a recipe one step of the optimiser follows; the learning rate is the step's own. */
export type OptimiserSettings = Pick<
  Recipe,
  | "learningRate"
  | "optimiser"
  | "momentum"
  | "nesterov"
  | "beta1"
  | "beta2"
  | "smoothing"
  | "epsilon"
  | "epsilonInsideRoot"
  | "weightDecay"
  | "normWeightDecay"
  | "biasWeightDecay"
  | "clipNorm"
  | "averageDecay"
>;

/** What fields mean where they are left out; of those that are not here, 0 or false. Decays by kind are `weightDecay`. */
export const recipeDefaults: Partial<Recipe> = {
  ...optimiserDefaults,
  stepFactor: 0.1,
  decayEvery: 1,
  restartFactor: 1,
  warmupFrom: 0.1,
  dropPathSchedule: "constant",
};

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): boolean => isNumber(value) && Number.isSafeInteger(value) && value > 0;
const isShare = (value: unknown): boolean => isNumber(value) && value >= 0 && value < 1;
const isRising = (value: unknown): boolean =>
  Array.isArray(value) && holdsForAll(value, (v, i) => isNumber(v) && v > (i ? value[i - 1] : 0));
const isPositive = (value: unknown): boolean => isNumber(value) && value > 0;
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const oneOf = (names: readonly string[]): string =>
  `${names
    .slice(0, -1)
    .map(name => `"${name}"`)
    .join(", ")} or "${names.at(-1)}"`;
/** A rule for a field that may be left out. */
const optional = (expected: string, accepts: (value: unknown) => boolean) =>
  [`${expected}, or left out`, (v: unknown) => v === undefined || accepts(v)] as const;

/** What each field must be. */
const rules: { readonly [K in keyof Required<Recipe>]: readonly [string, (value: unknown) => boolean] } = {
  epochs: ["a positive integer", isCount],
  batch: ["a positive integer", isCount],
  learningRate: ["a positive number", v => isNumber(v) && v > 0],
  optimiser: optional(oneOf(optimisers), v => optimisers.some(name => name === v)),
  momentum: ["a number in [0, 1)", v => isNumber(v) && v >= 0 && v < 1],
  nesterov: optional("true or false", isFlag),
  beta1: optional("a number in [0, 1)", isShare),
  beta2: optional("a number in [0, 1)", isShare),
  smoothing: optional("a number in [0, 1)", isShare),
  epsilon: optional("a positive number", isPositive),
  epsilonInsideRoot: optional("true or false", isFlag),
  weightDecay: ["a number of at least 0", v => isNumber(v) && v >= 0],
  normWeightDecay: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  biasWeightDecay: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  clipNorm: optional("a positive number", isPositive),
  stepEpochs: optional("rising numbers above 0", isRising),
  stepFactor: optional("a number in (0, 1)", v => isShare(v) && v !== 0),
  decayFactor: optional("a number in (0, 1)", v => isShare(v) && v !== 0),
  decayEvery: optional("a positive number", isPositive),
  decayStaircase: optional("true or false", isFlag),
  restartEpochs: optional("a positive number", isPositive),
  restartFactor: optional("a number of at least 1", v => isNumber(v) && v >= 1),
  learningRateEnd: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  warmupEpochs: ["a number of at least 0", v => isNumber(v) && v >= 0],
  warmupFrom: optional("a number in [0, 1]", v => isNumber(v) && v >= 0 && v <= 1),
  cropPadding: ["an integer of at least 0", v => v === 0 || isCount(v)],
  randomSizedCrop: optional("a number in (0, 1]", v => isNumber(v) && v > 0 && v <= 1),
  flip: ["true or false", v => typeof v === "boolean"],
  cutout: optional("an integer of at least 0", v => v === 0 || isCount(v)),
  colourPca: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  // Beyond it shares are ½ to four digits, and samplers of the beta distribution overflow at last.
  mixup: optional("a number from 0 to 1000000", v => isNumber(v) && v >= 0 && v <= 1e6),
  labelSmoothing: optional("a number in [0, 1)", isShare),
  dropout: optional("a number in [0, 1)", isShare),
  dropPath: optional("a number in [0, 1)", isShare),
  dropPathSchedule: optional(oneOf(["constant", "linear"]), v => v === "constant" || v === "linear"),
  auxiliaryWeight: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  averageDecay: optional("a number in (0, 1)", v => isShare(v) && v !== 0),
  recalibrate: optional("an integer of at least 0", v => v === 0 || isCount(v)),
  zeroInitResidual: ["true or false", v => v === undefined || typeof v === "boolean"],
  testEvery: ["an integer of at least 0", v => v === undefined || v === 0 || isCount(v)],
};

/** The fields that a recipe must have and that are not there. */
const missing = (values: ReadonlyMap<string, unknown>): string[] =>
  Object.entries(rules).flatMap(([field, [, accepts]]) =>
    values.get(field) === undefined && !accepts(undefined) ? [field] : [],
  );

/**
 * Checks that every field of a recipe makes sense. Takes anything, such as parsed JSON.
 *
 * @throws RecipeError naming the first field that is wrong or unknown, or those that are missing
 * @example
 * ```ts
 * const mine: unknown = { ...recipes.tiny, epochs: 3 };
 * checkRecipe(mine); // From here on it is a Recipe; a field that is wrong would have thrown.
 * mine.epochs; // => 3
 * ```
 */
export function checkRecipe(recipe: unknown): asserts recipe is Recipe {
  const fields = Object.keys(rules).join(", ");
  if (typeof recipe !== "object" || recipe === null) {
    throw new RecipeError("the recipe", `an object with ${fields}`, recipe);
  }
  const values = new Map<string, unknown>(Object.entries(recipe));
  for (const [field, [expected, accepts]] of Object.entries(rules)) {
    if (accepts(values.get(field))) continue;
    const others = values.get(field) === undefined ? missing(values).filter(other => other !== field) : [];
    const rest = others.length > 0 ? `, and ${others.join(", ")} as well` : "";
    throw new RecipeError(field, `${expected}${rest}`, values.get(field));
  }
  for (const field of values.keys()) {
    if (!Object.hasOwn(rules, field))
      throw new RecipeError(field, `one of the known fields (${fields})`, values.get(field));
  }
  const epochs = Number(values.get("epochs"));
  const warmup = Number(values.get("warmupEpochs"));
  if (warmup > epochs) throw new RecipeError("warmupEpochs", `at most epochs (${epochs})`, warmup);
  const followed = recipe as Recipe;
  const problem = optimiserProblem(followed) ?? scheduleProblem(followed);
  if (problem) throw new RecipeError(problem.field, problem.expected, values.get(problem.field));
  if (values.get("randomSizedCrop") !== undefined && values.get("cropPadding") !== 0) {
    throw new RecipeError("cropPadding", "0 with randomSizedCrop", values.get("cropPadding"));
  }
}

/**
 * Learning rate at a point in training: the schedule's, times a linear warm-up from `warmupFrom` to 1 (pycls, which evaluates
 * it once per epoch; engines here do so every step).
 *
 * @param epoch epochs done, fractional, in [0, recipe.epochs]
 * @example
 * ```ts
 * learningRateAt(recipes.section3, 5); // ≈ 0.025
 * ```
 */
export function learningRateAt(recipe: Recipe, epoch: number): number {
  checkRecipe(recipe);
  if (!(typeof epoch === "number" && epoch >= 0 && epoch <= recipe.epochs)) {
    throw new RangeError(
      `learningRateAt: epoch must be a number from 0 to ${recipe.epochs}, got ${say(epoch)}`,
    );
  }
  return scheduledRate(recipe, epoch);
}
