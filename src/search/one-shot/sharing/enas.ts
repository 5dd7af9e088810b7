/**
 * ENAS (Pham et al., ICML 2018): shared weights and a controller learn in turn. In an epoch of the weights every batch trains one
 * architecture that the controller draws; then the controller draws architectures, each is rewarded with its accuracy on one
 * minibatch of validation images, and REINFORCE moves the controller. In the end architectures are drawn, each is looked at on one minibatch, and the best is
 * taken, to be trained from scratch.
 */
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectOptions } from "../../../base/expect-options.js";
import { isObject, say } from "../../../base/say.js";
import { type LabelledBatch, trainingBatches } from "../../../training/batches.js";
import type { Dataset } from "../../../training/dataset.js";
import { checkRecipe, type Recipe } from "../../../training/recipe.js";
import { recipeByName, type RecipeName } from "../../../training/recipes.js";
import type { Proposal, Searcher } from "../../searcher.js";
import { reinforce } from "../../strategies/reinforce.js";
import type { Supernet } from "../supernet.js";
import { type EnasPresetName, enasPresets, type EnasSettings } from "./enas-presets.js";
import type { ControllerEpoch } from "./facts.js";
import { requireRewards } from "./require-rewards.js";
import { requireSupernet } from "../require-supernet.js";
import { share, type SharingOptions, sharingOptionKinds } from "./share.js";
import { batchError, type SharedWeights } from "./shared-weights.js";

export interface EnasOptions<A extends AnyArchitecture = AnyArchitecture>
  extends Omit<SharingOptions<A>, "recipe"> {
  /** Settings by name, which the others change. Default `"small"`, ours. */
  readonly preset?: EnasPresetName;
  /** In place of the preset's. */
  readonly recipe?: Recipe | RecipeName;
  /** In place of some of the preset's. */
  readonly controller?: EnasSettings["controller"];
  readonly updates?: number;
  readonly architectures?: number;
  /** Architectures that are drawn in the end, of which the best is taken. Default 100; how many were is not published. */
  readonly candidates?: number;
}

/** An architecture that was drawn in the end. */
export interface EnasCandidate<A extends AnyArchitecture = AnyArchitecture> {
  readonly architecture: A;
  /** On one minibatch of validation images, per cent. */
  readonly error: number;
}

/** What ENAS found. */
export interface EnasResult<A extends AnyArchitecture = AnyArchitecture> {
  /** The best of the candidates, the first such. */
  readonly architecture: A;
  /** In the order drawn; none where it was stopped or diverged. */
  readonly candidates: readonly EnasCandidate<A>[];
  /** The weights; `shared.epochs` has reward, baseline and entropy of each epoch. */
  readonly shared: SharedWeights<A>;
}

/** Passes over the validation images, from where the last minibatches come. */
const APART = 2 ** 31;

/**
 * Searches by ENAS. What is stopped or diverges gives what there is: its architecture is then the first that the controller draws.
 *
 * @throws RangeError, RecipeError or DatasetError for what cannot be trained, naming it
 * @throws DatasetError for images without a validation split: rewards by images that the weights are trained on are none
 * @example `const { architecture } = await enas(supernet(SmallCells, { classes: 10 }), { dataset })`
 */
export async function enas<A extends AnyArchitecture>(
  supernet: Supernet<A>,
  options: EnasOptions<A>,
): Promise<EnasResult<A>> {
  const fn = "enas";
  requireSupernet(fn, supernet);
  expectOptions(fn, options, {
    ...sharingOptionKinds,
    recipe: "any?",
    preset: "text?",
    controller: "object?",
    updates: "number?",
    architectures: "number?",
    candidates: "number?",
  });
  const settings = enasSettings(fn, options);
  const { recipe, updates, architectures } = settings;
  const {
    seed = 0,
    candidates = 100,
    preset: _named,
    controller: _own,
    updates: _u,
    architectures: _a,
    candidates: _c,
    ...rest
  } = options;
  requireCounts(fn, { updates, architectures, candidates });
  const strategy = reinforce({ ...settings.controller, batch: architectures, entropyIn: "reward" });
  let searcher: Searcher | undefined;
  const { shared, dataset } = await share(
    fn,
    supernet,
    { ...rest, recipe },
    {
      strategy: { name: "enas", settings: { controller: strategy.settings, updates, architectures } },
      begin({ session, dataset: images, controller }) {
        requireRewards(fn, images, "architectures are rewarded");
        const own = strategy.start({ space: supernet.space, seed }, controller);
        searcher = own;
        const drawn = () => own.ask(1)[0];
        const minibatch = minibatches(images, recipe, seed);
        return {
          path: () => drawn().way.architecture as A,
          state: () => own.state(),
          async after(epoch, signal): Promise<ControllerEpoch> {
            let [reward, entropy] = [0, 0];
            const count = updates * architectures;
            for (let i = 0; i < count; i++) {
              signal.throwIfAborted();
              const proposal = drawn();
              const place = epoch * count + i;
              const mixture = supernet.mixture(proposal.way.architecture as A);
              const error = await batchError(session, supernet, mixture, minibatch(place), signal);
              own.tell({ ...proposal, place, error });
              reward += (1 - error / 100) / count;
              entropy += entropyOf(proposal) / count;
            }
            const { baseline = Number.NaN } = own.state() as { readonly baseline?: number };
            return { reward, baseline, ...(Number.isFinite(entropy) && { entropy }) };
          },
        };
      },
    },
  );
  const program = searcher!;
  if (shared.status !== "finished") {
    return { architecture: program.ask(1)[0].way.architecture as A, candidates: [], shared };
  }
  const minibatch = minibatches(dataset, recipe, seed, APART);
  const looked: EnasCandidate<A>[] = [];
  for (const [i, proposal] of program.ask(candidates).entries()) {
    const architecture = proposal.way.architecture as A;
    looked.push({
      architecture,
      error: await shared.errorOnBatch(architecture, minibatch(i), options.signal),
    });
  }
  const { architecture } = looked.reduce((best, one) => (one.error < best.error ? one : best));
  return { architecture, candidates: looked, shared };
}

/** Settings of `reinforce` that ENAS has no choice of. */
const decided = {
  batch: "which is the number of architectures of an update; give architectures",
  entropyIn: "whose entropy is added to the reward",
} as const;

/** @throws RangeError, RecipeError for settings that are none */
function enasSettings(
  fn: string,
  {
    preset = "small",
    ...asked
  }: Pick<EnasOptions, "preset" | "recipe" | "controller" | "updates" | "architectures">,
): EnasSettings {
  if (!Object.hasOwn(enasPresets, preset)) {
    throw new RangeError(
      `${fn}: preset must be one of ${Object.keys(enasPresets).join(", ")}, got ${say(preset)}`,
    );
  }
  const base: EnasSettings = enasPresets[preset];
  const recipe =
    typeof asked.recipe === "string" ? recipeByName(asked.recipe) : (asked.recipe ?? base.recipe);
  checkRecipe(recipe);
  const { controller, updates = base.updates, architectures = base.architectures } = asked;
  for (const [field, why] of Object.entries(decided)) {
    if (controller && field in controller)
      throw new RangeError(`${fn}: expected no ${field} of the controller, ${why}`);
  }
  return { recipe, controller: { ...base.controller, ...controller }, updates, architectures };
}

function requireCounts(fn: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`${fn}: ${name} must be a positive integer, got ${say(value)}`);
  }
}

/** Shuffled minibatches of the validation images, one after the other, by place; as many images as there are where they are few. */
function minibatches(
  dataset: Dataset,
  recipe: Recipe,
  seed: number,
  from = 0,
): (place: number) => LabelledBatch {
  const batch = Math.min(recipe.batch, dataset.validation!.count);
  const plain: Recipe = { ...recipe, batch, cropPadding: 0, flip: false, cutout: 0 };
  let [pass, batches] = [-1, trainingBatches(dataset, plain, { seed, epoch: from, split: "validation" })];
  return place => {
    const wanted = Math.floor(place / batches.steps);
    if (wanted !== pass) {
      batches = trainingBatches(dataset, plain, { seed, epoch: from + wanted, split: "validation" });
      pass = wanted;
    }
    return batches.at(place % batches.steps);
  };
}

/** Of the choices of a proposal together, nats. */
function entropyOf({ note }: Proposal): number {
  const { entropy } = (isObject(note) ? note : {}) as { readonly entropy?: number };
  return entropy ?? Number.NaN;
}
