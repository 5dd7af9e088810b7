/**
 * Greedy growth of layers on a supernet, after NIR (Meng et al., "Neural Inheritance Relation Guided One-Shot Layer Assignment
 * Search", AAAI 2020, arXiv 2002.12580): the supernet's training goes on while its paths deepen. At first there is one path, with the
 * fewest layers; from then on those that have one layer more than the path that was kept. After some epochs they are looked at with
 * the weights that they share, the best is kept, and its weights are where the next ones begin.
 *
 * [inferred] The abstract says that the optimum of a shallow depth guides the sampling of the next; that nothing else is sampled, and how long each
 * step is trained, is a reading of it. The paper's code and body were not available.
 */
import { familyOf } from "../../../architectures/families.js";
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectOptions } from "../../../base/expect-options.js";
import { bitsAt } from "../../../base/random.js";
import { say } from "../../../base/say.js";
import { decisions } from "../../../spaces/decisions/decisions-of.js";
import type { Way } from "../../../spaces/decisions/way.js";
import type { Constraints } from "../../../spaces/sample.js";
import { checkRecipe } from "../../../training/recipe.js";
import { recipeByName } from "../../../training/recipes.js";
import type { Searcher } from "../../searcher.js";
import { greedyGrowth, type GreedyGrowthSettings, type GrowthNote } from "../../strategies/greedy-growth.js";
import type { SearchContext, Strategy } from "../../strategy.js";
import { requireSupernet } from "../require-supernet.js";
import { printOf } from "../run-folder.js";
import type { Supernet } from "../supernet.js";
import { requireRewards } from "./require-rewards.js";
import { turn } from "./sampling.js";
import { requireSharingOptions, share, type SharingOptions, sharingOptionKinds } from "./share.js";
import type { SharedWeights } from "./shared-weights.js";

export interface GrowOnSupernetOptions<A extends AnyArchitecture = AnyArchitecture>
  extends SharingOptions<A> {
  /** What is a candidate: see `greedyGrowth`. Default: all that have one layer more, from the fewest. */
  readonly growth?: GreedyGrowthSettings;
  /** Budgets: `{ depth: [0, 16] }` or `{ flops: [0, 4e9] }`. Default: what the space has. */
  readonly where?: Constraints<A>;
  /** Epochs after which the candidates are looked at, from the first path on. Default: the recipe's, in equal parts for as many steps as growth has. */
  readonly every?: number;
  /** Training images that statistics of normalisations are taken over anew for each candidate; see `SharedWeights.error`. Default 500. */
  readonly recalibrate?: number;
}

/** A candidate, and what was seen of it. */
export interface GrownCandidate<A extends AnyArchitecture = AnyArchitecture> {
  readonly architecture: A;
  /** Layers of each stage. */
  readonly depths: readonly number[];
  /** On the validation images with shared weights, per cent. */
  readonly error: number;
}

/** Candidates that were trained together, and which was kept. */
export interface GrownStep<A extends AnyArchitecture = AnyArchitecture> {
  /** After which they were looked at, from 1. */
  readonly epoch: number;
  readonly candidates: readonly GrownCandidate<A>[];
  /** The first with the least error. */
  readonly kept: GrownCandidate<A>;
}

/** What has grown. */
export interface GrownResult<A extends AnyArchitecture = AnyArchitecture> {
  /** The one that was kept last; where there was none, the first path. */
  readonly architecture: A;
  /** Its layers by stage. */
  readonly depths: readonly number[];
  readonly steps: readonly GrownStep<A>[];
  /** Whether nothing deeper was left to try; false where the epochs, or a stop, ended it before. */
  readonly complete: boolean;
  readonly shared: SharedWeights<A>;
}

/** Plain data: what is kept of a growth after every epoch. */
interface State {
  readonly searcher: unknown;
  /** Codes of the paths that are trained, and the place of the first among all that were proposed. */
  readonly paths: readonly (readonly number[])[];
  readonly first: number;
  readonly complete: boolean;
  readonly steps: readonly {
    readonly epoch: number;
    readonly codes: readonly (readonly number[])[];
    readonly errors: readonly number[];
  }[];
}

/**
 * Grows an assignment of layers on a supernet of depths while that is trained. What is stopped or diverges gives what there is. Once nothing
 * deeper is left, the epochs that are to come train what was kept last.
 *
 * @throws RangeError for a space without stages, or one in which nothing can grow, and for options that are not what they must be
 * @throws RangeError, RecipeError or DatasetError for what cannot be trained, naming it
 * @throws DatasetError for images without a validation split: by images that weights are trained on nothing is told apart
 * @throws SpecError if `out` holds something else
 * @throws EngineUnavailableError when no engine that keeps weights can be used here
 * @example
 * ```
 * const grown = await growOnSupernet(supernet(SmallAssignments), { dataset: "procedural:12", recipe: { ...recipes.tiny, epochs: 24 } });
 * grown.depths; // layers of each stage
 * ```
 */
export async function growOnSupernet<A extends AnyArchitecture>(
  supernet: Supernet<A>,
  options: GrowOnSupernetOptions<A>,
): Promise<GrownResult<A>> {
  const fn = "growOnSupernet";
  requireSupernet(fn, supernet);
  requireSharingOptions(fn, options);
  expectOptions(fn, options, {
    ...sharingOptionKinds,
    growth: "object?",
    where: "object?",
    every: "number?",
    recalibrate: "number?",
  });
  const { growth, where, every: asked, recalibrate, ...rest } = options;
  const { seed = 0 } = rest;
  const recipe = typeof rest.recipe === "string" ? recipeByName(rest.recipe) : rest.recipe;
  checkRecipe(recipe);
  const strategy = greedyGrowth(growth);
  const context: SearchContext<A> = { space: supernet.space, seed, ...(where && { where }) };
  const every = asked ?? Math.max(1, Math.floor(recipe.epochs / stepsOf(strategy, context)));
  if (!(Number.isSafeInteger(every) && every > 0 && every <= recipe.epochs)) {
    throw new RangeError(
      `${fn}: every must be a whole number of epochs from 1 to the recipe's ${recipe.epochs}, got ${say(every)}`,
    );
  }
  let growing: Growing<A> | undefined;
  const { shared } = await share(fn, supernet, rest, {
    strategy: {
      name: "growth",
      settings: {
        growth: strategy.settings,
        every,
        ...(where && { where: windowsOf(where) }),
        ...(recalibrate !== undefined && { recalibrate }),
      },
    },
    begin({ dataset, weights, controller }) {
      requireRewards(fn, dataset, "candidates are told apart");
      const own = new Growing(strategy, context, controller as State | undefined);
      growing = own;
      const look = { split: "validation", ...(recalibrate !== undefined && { recalibrate }) } as const;
      return {
        path: step => own.path(step),
        state: () => own.state(),
        async after(epoch, signal) {
          if (!own.complete && (epoch + 1) % every === 0)
            await own.grow(epoch + 1, architecture => weights.error(architecture, { ...look, signal }));
        },
      };
    },
  });
  return { ...growing!.result(), shared };
}

/** Steps until nothing deeper is left, the first path's own among them, where the first candidate is always the best. */
function stepsOf<A extends AnyArchitecture>(strategy: Strategy, context: SearchContext<A>): number {
  const searcher = strategy.start(context);
  let [steps, place] = [0, 0];
  for (let asked = searcher.ask(Infinity); asked.length > 0; asked = searcher.ask(Infinity)) {
    for (const proposal of asked) searcher.tell({ ...proposal, place: place++, error: place });
    steps++;
  }
  return steps;
}

const windowsOf = <A extends AnyArchitecture>({ accept, ...windows }: Constraints<A>) => ({
  ...windows,
  ...(accept && { accept: printOf(String(accept)) }),
});

/** Paths that grow: the strategy, which of its proposals are trained, and what was seen of those before. */
class Growing<A extends AnyArchitecture> {
  readonly #decode: (code: readonly number[]) => Way<A>;
  readonly #seed: number;
  readonly #searcher: Searcher;
  #paths: readonly Way<A>[];
  #first: number;
  #complete: boolean;
  readonly #steps: GrownStep<A>[];
  readonly #codes: State["steps"][number][];

  constructor(strategy: Strategy, context: SearchContext<A>, state: State | undefined) {
    const program = decisions(context.space).remembering;
    this.#decode = code => program.decode(code);
    this.#seed = context.seed;
    this.#searcher = strategy.start(context, state?.searcher);
    this.#first = state?.first ?? 0;
    this.#complete = state?.complete ?? false;
    this.#codes = [...(state?.steps ?? [])];
    this.#steps = this.#codes.map(({ epoch, codes, errors }) =>
      stepOf(
        epoch,
        codes.map(code => this.#decode(code).architecture),
        errors,
      ),
    );
    this.#paths = state ? state.paths.map(code => this.#decode(code)) : this.#asked();
  }

  /** Whether nothing deeper was left. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Candidates take turns, all of them once before any a second time. */
  path(step: number): A {
    const { length } = this.#paths;
    const place = turn(length, bitsAt(this.#seed, this.#first), Math.floor(step / length), step % length);
    return this.#paths[place].architecture;
  }

  /** Looks at the candidates, keeps the best, and goes on to what has grown from it. */
  async grow(epoch: number, errorOf: (architecture: A) => Promise<number>): Promise<void> {
    const paths = this.#paths;
    const errors: number[] = [];
    for (const { architecture } of paths) errors.push(await errorOf(architecture));
    for (const [i, way] of paths.entries()) {
      const note: GrowthNote = { depths: depthsOf(way.architecture) };
      this.#searcher.tell({ way, note, place: this.#first + i, error: errors[i] });
    }
    const architectures = paths.map(({ architecture }) => architecture);
    const step = stepOf(epoch, architectures, errors);
    this.#steps.push(step);
    this.#codes.push({ epoch, codes: paths.map(({ code }) => code), errors });
    this.#first += paths.length;
    const next = this.#asked();
    this.#complete = next.length === 0;
    this.#paths = this.#complete ? [paths[step.candidates.indexOf(step.kept)]] : next;
  }

  result(): Omit<GrownResult<A>, "shared"> {
    const architecture = this.#steps.at(-1)?.kept.architecture ?? this.#paths[0].architecture;
    return {
      architecture,
      depths: depthsOf(architecture),
      steps: [...this.#steps],
      complete: this.#complete,
    };
  }

  state(): State {
    return {
      searcher: this.#searcher.state(),
      paths: this.#paths.map(({ code }) => code),
      first: this.#first,
      complete: this.#complete,
      steps: this.#codes,
    };
  }

  #asked(): Way<A>[] {
    return this.#searcher.ask(Infinity).map(({ way }) => way as unknown as Way<A>);
  }
}

function stepOf<A extends AnyArchitecture>(
  epoch: number,
  architectures: readonly A[],
  errors: readonly number[],
): GrownStep<A> {
  const candidates = architectures.map((architecture, i) => ({
    architecture,
    depths: depthsOf(architecture),
    error: errors[i],
  }));
  return { epoch, candidates, kept: candidates.reduce((best, one) => (one.error < best.error ? one : best)) };
}

const depthsOf = (architecture: AnyArchitecture): readonly number[] =>
  familyOf(architecture).depths?.(architecture) ?? [];
