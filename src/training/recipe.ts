/**
 * A training recipe as data: everything about optimisation and augmentation that is not the network, the
 * dataset or the hardware.
 */
export interface Recipe {
  /** Passes over the training split. */
  readonly epochs: number;
  /** Images a step; an epoch's last, smaller batch is dropped. */
  readonly batch: number;
  /** Peak learning rate of SGD, reached after the warm-up. */
  readonly learningRate: number;
  /** Momentum; Nesterov's form. */
  readonly momentum: number;
  /** L2 weight decay, applied to every parameter. */
  readonly weightDecay: number;
  /** Epochs (may be fractional) of linear warm-up from 0.1 × the peak. */
  readonly warmupEpochs: number;
  /** Random crop after zero-padding by this many pixels on each side; 0 crops nothing. */
  readonly cropPadding: number;
  /** Mirror each training image with probability one half. */
  readonly flip: boolean;
  /**
   * Begin with the scale γ of each residual branch's last normalisation at 0, so that every block begins as its
   * shortcut and deep networks begin shallow (Goyal et al. 2017; pycls's ZERO_INIT_FINAL_GAMMA). Default false.
   */
  readonly zeroInitResidual?: boolean;
  /** Test every so many epochs, beside the last, which is always tested. Default 0: only the last. */
  readonly testEvery?: number;
}

/** A recipe that cannot be followed: names the field, what was expected and what came. */
export class RecipeError extends RangeError {
  override readonly name = "RecipeError";
  /** The field at fault. */
  readonly field: string;
  constructor(field: string, expected: string, got: unknown) {
    super(`recipe: ${field} must be ${expected}, got ${JSON.stringify(got) ?? String(got)}`);
    this.field = field;
  }
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): boolean => isNumber(value) && Number.isSafeInteger(value) && value > 0;

/** What each field must be. */
const rules: { readonly [K in keyof Required<Recipe>]: readonly [string, (value: unknown) => boolean] } = {
  epochs: ["a positive integer", isCount],
  batch: ["a positive integer", isCount],
  learningRate: ["a positive number", v => isNumber(v) && v > 0],
  momentum: ["a number in [0, 1)", v => isNumber(v) && v >= 0 && v < 1],
  weightDecay: ["a number of at least 0", v => isNumber(v) && v >= 0],
  warmupEpochs: ["a number of at least 0", v => isNumber(v) && v >= 0],
  cropPadding: ["an integer of at least 0", v => v === 0 || isCount(v)],
  flip: ["true or false", v => typeof v === "boolean"],
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
    if (!(field in rules))
      throw new RecipeError(field, `one of the known fields (${fields})`, values.get(field));
  }
  const epochs = Number(values.get("epochs"));
  const warmup = Number(values.get("warmupEpochs"));
  if (warmup > epochs) throw new RecipeError("warmupEpochs", `at most epochs (${epochs})`, warmup);
}

/** Share of the peak learning rate that the warm-up starts from. */
const warmupFrom = 0.1;

/**
 * Learning rate at a point in training: half a period of the cosine from the peak to 0, times a linear warm-up
 * from 0.1 to 1 (pycls, which evaluates it once an epoch; engines here do so every step).
 *
 * @param epoch epochs done, fractional, in [0, recipe.epochs]
 * @example
 * ```ts
 * learningRateAt(recipes.section3, 5); // ≈ 0.025
 * ```
 */
export function learningRateAt(recipe: Recipe, epoch: number): number {
  const { learningRate, epochs, warmupEpochs } = recipe;
  const cosine = 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs));
  const warmup = epoch < warmupEpochs ? warmupFrom + ((1 - warmupFrom) * epoch) / warmupEpochs : 1;
  return learningRate * cosine * warmup;
}
