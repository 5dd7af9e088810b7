/**
 * How DARTS is run, with its published settings and smaller ones of ours, by name. [paper] and [code] mark what is read in Liu,
 * Simonyan and Yang (ICLR 2019, arXiv 1806.09055) and in quark0/darts cnn/train_search.py and architect.py.
 */
import { expectOptions } from "../../../base/expect-options.js";
import { say } from "../../../base/say.js";
import { checkRecipe, type Recipe, RecipeError } from "../../../training/recipe.js";

/** Adam on α, and where α begins. */
export interface AlphaSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** L2: a part of the gradient. */
  readonly weightDecay: number;
  /** Standard deviation of α at the start; its mean is 0. */
  readonly initial: number;
}

/** When a search is ended early, as DARTS+ does (Liang et al. 2019, arXiv 1909.06035) [recalled]. */
export interface SkipLimit {
  /** Ends the search after an epoch with so many skips in the cell that would be kept; 2 in DARTS+. */
  readonly skips: number;
  /** Whose skips: the part of its edges' names before the first point. Default: `"normal"`, or a supernet's only cell. */
  readonly cell?: string;
  /**
   * Epochs after which skips are first counted, since a cell that α has hardly moved keeps operations by chance. Default, ours: a
   * fifth of the recipe's.
   */
  readonly after?: number;
}

export interface DartsSettings {
  /** 1 takes the weights for trained, 2 looks a step of theirs ahead. */
  readonly order: 1 | 2;
  /** How weights are trained; the rate moves once an epoch. Of its augmentation, what `trainingBatches` follows. */
  readonly recipe: Recipe;
  readonly alpha: AlphaSettings;
}

/** Settings with a name, and whose they are. */
export interface DartsPreset extends DartsSettings {
  readonly source: string;
  readonly origin: "published" | "ours";
  /** What the source says, in words. */
  readonly states: string;
  /** What it does not say, and what is set in its place; absent where nothing is. */
  readonly inferred?: string;
  /** What is otherwise here than there; absent where nothing is. */
  readonly differs?: string;
}

const publishedRecipe: Recipe = {
  /** Paper: 50 epochs, batches of 64, 0.025 along a cosine to 0; code: to 0.001. */
  epochs: 50,
  batch: 64,
  learningRate: 0.025,
  learningRateEnd: 0.001,
  /** Paper: 0.9, 3e-4. Code: plain momentum, norm of gradients 5. */
  momentum: 0.9,
  nesterov: false,
  weightDecay: 3e-4,
  clipNorm: 5,
  warmupEpochs: 0,
  /** Code: crops of the image padded by 4, mirrored, of both halves. */
  cropPadding: 4,
  flip: true,
};

/** Paper: Adam at 3e-4, β (0.5, 0.999), weight decay 1e-3. Code: α begins at 1e-3 · N(0, 1); paper: at 0. */
const publishedAlpha: AlphaSettings = {
  learningRate: 3e-4,
  beta1: 0.5,
  beta2: 0.999,
  weightDecay: 1e-3,
  initial: 1e-3,
};

const published = {
  source:
    "Liu, Simonyan and Yang, ICLR 2019, arXiv 1806.09055; cnn/train_search.py of github.com/quark0/darts",
  origin: "published",
  states:
    "50 epochs, batches of 64, half of the training images for either; weights by SGD at 0.025 to 0.001 along a cosine, momentum 0.9, weight decay 3e-4, gradients' norm 5; α by Adam at 3e-4, β (0.5, 0.999), weight decay 1e-3, from 1e-3 · N(0, 1)",
  differs:
    "batches of validation images are taken in turn, there each is drawn anew; running statistics move in the steps alone, there in the passes of the second order as well",
} as const;

/**
 * Settings by name. The published ones are for 20,000 steps on CIFAR-10; at some 2,000, Adam at 3e-4 moves α by 0.6 at most, and a
 * softmax hardly at all.
 */
export const dartsPresets = Object.freeze({
  first: { ...published, order: 1, recipe: publishedRecipe, alpha: publishedAlpha },
  second: { ...published, order: 2, recipe: publishedRecipe, alpha: publishedAlpha },
  small: {
    order: 1,
    recipe: { ...publishedRecipe, cropPadding: 2 },
    alpha: { ...publishedAlpha, learningRate: 3e-3 },
    source: "after Liu, Simonyan and Yang, ICLR 2019",
    origin: "ours",
    states:
      "as first, for 2,000 steps on a few thousand images: α by Adam at ten times the rate, 3e-3, and crops by 2",
  },
} as const satisfies Record<string, DartsPreset>);

export type DartsPresetName = keyof typeof dartsPresets;

/** What a caller may say of settings. */
export interface AskedSettings {
  /** Settings by name, which the others change. Default `"first"`. */
  readonly preset?: DartsPresetName;
  readonly order?: 1 | 2;
  readonly recipe?: Partial<Recipe>;
  readonly alpha?: Partial<AlphaSettings>;
}

const alphaRules: { readonly [K in keyof AlphaSettings]: readonly [string, (value: number) => boolean] } = {
  learningRate: ["a number above 0", value => value > 0],
  beta1: ["a number in [0, 1)", value => value >= 0 && value < 1],
  beta2: ["a number in [0, 1)", value => value >= 0 && value < 1],
  weightDecay: ["a number of at least 0", value => value >= 0],
  initial: ["a number of at least 0", value => value >= 0],
};

/** Fields of a recipe that say how a training is tested, and its network made, which a search has no use for. */
const notFollowed = [
  "averageDecay",
  "auxiliaryWeight",
  "dropout",
  "dropPath",
  "recalibrate",
  "testEvery",
  "zeroInitResidual",
] as const satisfies readonly (keyof Recipe)[];

/**
 * Settings as they are followed.
 *
 * @throws RangeError, or RecipeError, naming the first that is not what it must be
 */
export function dartsSettings(fn: string, asked: AskedSettings): DartsSettings {
  const { preset = "first" } = asked;
  if (!Object.hasOwn(dartsPresets, preset)) {
    throw new RangeError(
      `${fn}: preset must be one of ${Object.keys(dartsPresets).join(", ")}, got ${say(preset)}`,
    );
  }
  const base: DartsSettings = dartsPresets[preset];
  const { order = base.order } = asked;
  if (order !== 1 && order !== 2) throw new RangeError(`${fn}: order must be 1 or 2, got ${say(order)}`);
  const recipe: Recipe = { ...base.recipe, ...asked.recipe };
  checkRecipe(recipe);
  for (const field of notFollowed) {
    if (recipe[field]) {
      throw new RecipeError(
        field,
        "left out for a search, whose supernet is trained without it",
        recipe[field],
      );
    }
  }
  if (order === 2 && ((recipe.optimiser ?? "sgd") !== "sgd" || recipe.nesterov !== false)) {
    const isNesterov = (recipe.optimiser ?? "sgd") === "sgd";
    throw new RecipeError(
      isNesterov ? "nesterov" : "optimiser",
      `${isNesterov ? "false" : '"sgd"'} with order 2, whose gradient is of a step that is linear in the weights' gradient`,
      isNesterov ? recipe.nesterov : recipe.optimiser,
    );
  }
  expectOptions(
    fn,
    asked.alpha ?? {},
    {
      learningRate: "number?",
      beta1: "number?",
      beta2: "number?",
      weightDecay: "number?",
      initial: "number?",
    },
    "alpha",
  );
  const alpha: AlphaSettings = { ...base.alpha, ...asked.alpha };
  for (const [field, [expected, accepts]] of Object.entries(alphaRules)) {
    const value = alpha[field as keyof AlphaSettings];
    if (Number.isFinite(value) && accepts(value)) continue;
    throw new RangeError(`${fn}: alpha.${field} must be ${expected}, got ${say(value)}`);
  }
  return { order, recipe, alpha };
}
