/** Training recipes: what each field means, and what it must be. */
import { holdsForAll } from "../base/expect.js";
import { say, sayData } from "../base/say.js";

/**
 * A training recipe as data: everything about optimisation and augmentation that is not the network, the
 * dataset or the hardware.
 */
export interface Recipe {
  /** Passes over the training split. */
  readonly epochs: number;
  /** Images per step; an epoch's last, smaller batch is dropped. */
  readonly batch: number;
  /** Peak learning rate of SGD, reached after the warm-up. */
  readonly learningRate: number;
  /** Momentum; Nesterov's form. */
  readonly momentum: number;
  /** L2 weight decay, applied to every parameter but those with a decay of their own. */
  readonly weightDecay: number;
  /** Of the scales and shifts of normalisations (pycls's BN.CUSTOM_WEIGHT_DECAY). Default: `weightDecay`. */
  readonly normWeightDecay?: number;
  /** Of the biases of convolutions and fully connected layers. Default: `weightDecay`. */
  readonly biasWeightDecay?: number;
  /** Epochs, rising, at which the learning rate falls by `stepFactor`. Default: it falls along half a cosine, to 0. */
  readonly stepEpochs?: readonly number[];
  /** In (0, 1). Default 0.1. */
  readonly stepFactor?: number;
  /** Epochs (may be fractional) of linear warm-up from 0.1 × the peak. */
  readonly warmupEpochs: number;
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
  "learningRate" | "momentum" | "weightDecay" | "normWeightDecay" | "biasWeightDecay" | "averageDecay"
>;

/** A recipe that cannot be followed: names the field, what was expected and what came. */
export class RecipeError extends RangeError {
  override readonly name = "RecipeError";
  /** The field at fault. */
  readonly field: string;
  constructor(field: string, expected: string, got: unknown) {
    super(`recipe: ${field} must be ${expected}, got ${sayData(got)}`);
    this.field = field;
  }
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): boolean => isNumber(value) && Number.isSafeInteger(value) && value > 0;
const isShare = (value: unknown): boolean => isNumber(value) && value >= 0 && value < 1;
const isRising = (value: unknown): boolean =>
  Array.isArray(value) && holdsForAll(value, (v, i) => isNumber(v) && v > (i ? value[i - 1] : 0));
/** A rule for a field that may be left out. */
const optional = (expected: string, accepts: (value: unknown) => boolean) =>
  [`${expected}, or left out`, (v: unknown) => v === undefined || accepts(v)] as const;

/** What each field must be. */
const rules: { readonly [K in keyof Required<Recipe>]: readonly [string, (value: unknown) => boolean] } = {
  epochs: ["a positive integer", isCount],
  batch: ["a positive integer", isCount],
  learningRate: ["a positive number", v => isNumber(v) && v > 0],
  momentum: ["a number in [0, 1)", v => isNumber(v) && v >= 0 && v < 1],
  weightDecay: ["a number of at least 0", v => isNumber(v) && v >= 0],
  normWeightDecay: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  biasWeightDecay: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  stepEpochs: optional("rising numbers above 0", isRising),
  stepFactor: optional("a number in (0, 1)", v => isShare(v) && v !== 0),
  warmupEpochs: ["a number of at least 0", v => isNumber(v) && v >= 0],
  cropPadding: ["an integer of at least 0", v => v === 0 || isCount(v)],
  randomSizedCrop: optional("a number in (0, 1]", v => isNumber(v) && v > 0 && v <= 1),
  flip: ["true or false", v => typeof v === "boolean"],
  colourPca: optional("a number of at least 0", v => isNumber(v) && v >= 0),
  // Beyond it shares are ½ to four digits, and samplers of the beta distribution overflow at last.
  mixup: optional("a number from 0 to 1000000", v => isNumber(v) && v >= 0 && v <= 1e6),
  labelSmoothing: optional("a number in [0, 1)", isShare),
  dropout: optional("a number in [0, 1)", isShare),
  dropPath: optional("a number in [0, 1)", isShare),
  averageDecay: optional("a number in (0, 1)", v => isShare(v) && v !== 0),
  recalibrate: optional("an integer of at least 0", v => v === 0 || isCount(v)),
  zeroInitResidual: ["true or false", v => v === undefined || typeof v === "boolean"],
  testEvery: ["an integer of at least 0", v => v === undefined || v === 0 || isCount(v)],
};

/**
 * Checks that every field of a recipe makes sense. Takes anything, such as parsed JSON.
 *
 * @throws RecipeError naming the first field that is missing, wrong or unknown
 */
export function checkRecipe(recipe: unknown): asserts recipe is Recipe {
  const fields = Object.keys(rules).join(", ");
  if (typeof recipe !== "object" || recipe === null) {
    throw new RecipeError("the recipe", `an object with ${fields}`, recipe);
  }
  const values = new Map<string, unknown>(Object.entries(recipe));
  for (const [field, [expected, accepts]] of Object.entries(rules)) {
    if (!accepts(values.get(field))) throw new RecipeError(field, expected, values.get(field));
  }
  for (const field of values.keys()) {
    if (!Object.hasOwn(rules, field))
      throw new RecipeError(field, `one of the known fields (${fields})`, values.get(field));
  }
  const epochs = Number(values.get("epochs"));
  const warmup = Number(values.get("warmupEpochs"));
  if (warmup > epochs) throw new RecipeError("warmupEpochs", `at most epochs (${epochs})`, warmup);
  if (values.get("randomSizedCrop") !== undefined && values.get("cropPadding") !== 0) {
    throw new RecipeError("cropPadding", "0 with randomSizedCrop", values.get("cropPadding"));
  }
}

/** Share of the peak learning rate that the warm-up starts from. */
const warmupFrom = 0.1;

/**
 * Learning rate at a point in training: the schedule's share of the peak, times a linear warm-up from 0.1 to 1 (pycls,
 * which evaluates it once per epoch; engines here do so every step).
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
  const { learningRate, epochs, warmupEpochs, stepEpochs, stepFactor = 0.1 } = recipe;
  const share = stepEpochs
    ? stepFactor ** stepEpochs.filter(at => at <= epoch).length
    : 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs));
  const warmup = epoch < warmupEpochs ? warmupFrom + ((1 - warmupFrom) * epoch) / warmupEpochs : 1;
  return learningRate * share * warmup;
}
