/**
 * DARTS (Liu, Simonyan and Yang, ICLR 2019, arXiv 1806.09055): all operations of a space's cells are trained at once in a
 * supernet, each weighted by a softmax of α, and α is moved against the loss on images that the weights are not trained on.
 *
 * A folder holds where the search stands after every epoch; the same call there goes on, bit by bit as if it had not stopped.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { AnyArchitecture } from "../../../architectures/family.js";
import { expectOptions } from "../../../base/expect-options.js";
import { checkSignal, expectName } from "../../../base/expect.js";
import { syncFolder } from "../../../base/node/replace-file.js";
import { MOST_SEED, seeded } from "../../../base/random.js";
import { isObject, say } from "../../../base/say.js";
import type { Space } from "../../../spaces/space.js";
import { partTraining, trainingBatches } from "../../../training/batches.js";
import type { Dataset } from "../../../training/dataset.js";
import { askedDataset } from "../../../training/datasets/asked-dataset.js";
import { DatasetError } from "../../../training/datasets/dataset-error.js";
import type { DatasetSpec } from "../../../training/datasets/index.js";
import type { Engine, Precision } from "../../../training/engine.js";
import { checkDataset } from "../../../training/engines/check-dataset.js";
import { checkPrecision } from "../../../training/engines/check-precision.js";
import { threadsFor } from "../../../training/engines/threads.js";
import { type EngineChoice, pickEngine } from "../../../training/pick-engine.js";
import type { Session } from "../../../training/session.js";
import { runInFolder } from "../../../trials/runner/run-in-folder.js";
import { lockFolder } from "../../../trials/store/lock.js";
import { type Alpha, requireAlpha } from "../alpha.js";
import { printOf, supernetPrint, withId } from "../run-folder.js";
import { type Supernet, supernetFor } from "../supernet.js";
import { type AlphaLayout, alphaLayout, AlphaOptimiser, drawnAlpha, flatAlpha } from "./alpha-vector.js";
import {
  type DartsFacts,
  dartsFolder,
  type DartsStanding,
  type DartsState,
  keepDartsState,
  readDartsState,
} from "./darts-folder.js";
import type { DartsProgress } from "./darts-progress.js";
import { DartsResult } from "./darts-result.js";
import { dartsView } from "./darts-view.js";
import { type Searched, searchSupernet, type StepTold } from "./search-supernet.js";
import { type AskedSettings, dartsSettings, type SkipLimit } from "./settings.js";

export interface DartsOptions extends AskedSettings, EngineChoice {
  /** The images, the description of a set, or a text for `datasetByName`. Its test images are not looked at. */
  readonly dataset: Dataset | DatasetSpec | string;
  /**
   * Which images α is moved by: a random half of the training images, which the weights are then not trained on (`"half"`,
   * default, as published), or the set's own `"validation"` split.
   */
  readonly validation?: "half" | "validation";
  /** Decides weights, α, the halves, and the order and augmentation of images. Default 1. */
  readonly seed?: number;
  /** What α begins with, by edge. Default: drawn, see `alpha.initial`. */
  readonly from?: Alpha;
  /** Ends the search early, as DARTS+ does: `{ skips: 2 }`. Default: all epochs. */
  readonly stopAt?: SkipLimit;
  /** The search's folder, created if need be. Without, nothing is kept. */
  readonly out?: string;
  readonly precision?: Precision;
  /**
   * Threads of the engine's operators. Default: 1 for a small supernet and batch, otherwise as many as there are cores that nothing else
   * uses when the search begins; one that goes on in its folder has as many as before. Sums of other numbers of threads may be rounded otherwise.
   */
  readonly threads?: number;
  /**
   * Aborting stops the search; at most an epoch's work is lost. Default: the signal of the notebook cell that called, so that
   * its Stop button stops the search.
   */
  readonly signal?: AbortSignal;
  /** Called after every step and epoch. Default: in a notebook, a view of the search that renews itself. */
  readonly onProgress?: (progress: DartsProgress) => void;
}

/**
 * Searches a space's cells by DARTS. Returns what was found, also where it was stopped or diverged, which `status` says.
 *
 * @param space with a supernet, which is made in its relaxed form, or a supernet
 * @throws RangeError, RecipeError or DatasetError, before the first step, for what cannot be searched or does not fit together
 * @throws SpecError if `out` holds another search, naming what differs
 * @throws StoreError if another process is at work in `out`, or it cannot be read or written
 * @throws EngineUnavailableError when no engine, or not the device asked for, can be used here
 * @example `await darts(DARTSSpace.fix("cells", 5).fix("filters", 4), { preset: "small", dataset: "procedural:32", out: "darts" })`
 */
export async function darts<A extends AnyArchitecture>(
  space: Space<A> | Supernet<A>,
  options: DartsOptions,
): Promise<DartsResult<A>> {
  if (!isObject(space)) {
    throw new RangeError(
      `darts: expected a space such as DARTSSpace, or a supernet of one, got ${say(space)}`,
    );
  }
  expectOptions("darts", options, {
    dataset: "any",
    preset: "text?",
    order: "number?",
    recipe: "object?",
    alpha: "object?",
    validation: "text?",
    seed: "number?",
    from: "any?",
    stopAt: "object?",
    out: "any?",
    precision: "text?",
    threads: "number?",
    engine: "any?",
    device: "text?",
    signal: "any?",
    onProgress: "function?",
  });
  checkSignal("darts", "options.signal", options.signal);
  const plan = await planDarts(space, options);
  const { facts, out } = plan;
  const view = options.onProgress ? undefined : dartsView(facts);
  const problems: unknown[] = [];
  const work = async (stop: AbortController): Promise<DartsStanding> => {
    // An observer that throws stops the search; epochs that are over are kept, and its error is the search's.
    const show = (progress: DartsProgress) => {
      try {
        if (options.onProgress) options.onProgress(progress);
        else view?.update(progress);
      } catch (error) {
        problems.push(error);
        stop.abort();
      }
    };
    if (out === undefined) return run(plan, undefined, stop.signal, show);
    // A search that is refused leaves nothing behind, be it a folder.
    dartsFolder.check("darts", out, facts);
    const isNew = !existsSync(out);
    const unlock = lockFolder(out);
    try {
      dartsFolder.check("darts", out, facts);
      const before = readDartsState("darts", out, facts.id);
      dartsFolder.keepFacts(out, facts);
      if (isNew) syncFolder(dirname(out));
      return await run(plan, before, stop.signal, show);
    } finally {
      unlock();
    }
  };
  let standing: DartsStanding;
  try {
    standing = await runInFolder(out, options.signal, work);
  } finally {
    view?.end();
  }
  if (problems.length > 0) throw problems[0];
  return new DartsResult<A>(facts, standing, out);
}

/**
 * The search that lies in a folder, as far as it is, whether it runs or not.
 *
 * @throws SpecError if there is none, or one that cannot be read
 * @throws StoreError for a state that cannot be read
 * @example
 * ```ts
 * // not run: needs the folder of a search
 * import { openDarts } from "netspace/search";
 *
 * console.log(openDarts("runs/darts"));
 * ```
 */
export function openDarts(folder: string): DartsResult {
  expectName("openDarts", "a folder of a search by DARTS", folder);
  const facts = dartsFolder.facts("openDarts", folder);
  const standing = readDartsState("openDarts", folder, facts.id) ?? { status: "running", history: [] };
  return new DartsResult(facts, standing, resolve(folder));
}

interface Plan<A extends AnyArchitecture> extends Searched<A> {
  readonly facts: DartsFacts;
  readonly from: Alpha | undefined;
  readonly out: string | undefined;
  /** @param kept of the search that goes on */
  readonly threads: (kept: number | undefined) => Promise<number | undefined>;
  readonly open: (threads: number | undefined) => Promise<Required<Session>>;
}

/** All that can be found wrong before the first step is found here. */
async function planDarts<A extends AnyArchitecture>(
  space: Space<A> | Supernet<A>,
  options: DartsOptions,
): Promise<Plan<A>> {
  const { seed = 1, precision = "float32", from, validation = "half" } = options;
  const settings = dartsSettings("darts", options);
  checkPrecision("darts", precision);
  if (!(Number.isSafeInteger(seed) && seed >= 0 && seed <= MOST_SEED)) {
    throw new RangeError(`darts: seed must be an integer from 0 to ${MOST_SEED}, got ${say(seed)}`);
  }
  if (validation !== "half" && validation !== "validation") {
    throw new RangeError(`darts: validation must be "half" or "validation", got ${say(validation)}`);
  }
  if (options.out !== undefined) expectName("darts", "a folder for the search as options.out", options.out);
  const out = options.out === undefined ? undefined : resolve(options.out);
  if (out !== undefined && existsSync(out) && !statSync(out).isDirectory()) {
    throw new RangeError(`darts: expected a folder for the search as options.out, got the file ${out}`);
  }
  const engine = pickEngine(options);
  if (typeof engine.session !== "function") throw withoutSums(engine);
  const whole = await askedDataset("darts", options.dataset);
  checkDataset(whole);
  if (validation === "validation" && !whole.validation?.count) {
    throw new DatasetError(
      `darts: expected a validation split with images in ${whole.name}, got none; load the set with one, or leave validation out, which halves its training images`,
    );
  }
  const dataset = validation === "half" ? partTraining(whole, { seed }) : whole;
  const own = isSupernet(space)
    ? (space as Supernet<A>)
    : supernetFor("darts", space as Space<A>, {
        classes: whole.classes,
        resolution: whole.resolution,
        form: "relaxed",
      });
  const layout = alphaLayout("darts", own);
  if (own.network.classes !== dataset.classes) {
    throw new RangeError(
      `darts: expected a supernet for the ${dataset.classes} classes of ${dataset.name}, got one for ${own.network.classes}; supernet(space, { classes: ${dataset.classes} }) makes one`,
    );
  }
  if (from !== undefined) requireAlpha("darts", own.sums, from);
  // Each throws for a split that is smaller than a batch, and for augmentation that is not followed.
  for (const split of ["train", "validation"] as const) {
    trainingBatches(dataset, settings.recipe, { seed, epoch: 0, split });
  }
  const stopAt = skipLimit(options.stopAt, layout, settings.recipe.epochs);
  const facts = withId<DartsFacts>({
    version: 1,
    space: own.space.name,
    supernet: supernetPrint(own),
    edges: Object.fromEntries(layout.edges.map(({ name, operations }) => [name, operations])),
    dataset: dataset.name,
    images: { training: dataset.train.count, validation: dataset.validation!.count },
    ...settings,
    seed,
    engine: engine.name,
    precision,
    ...(stopAt && { stopAt }),
    ...(from && { from: printOf(Array.from(from, ([edge, values]) => [edge, [...values]])) }),
  });
  const open = (count: number | undefined) =>
    openSession(engine, own, { seed, precision, ...(count !== undefined && { threads: count }) });
  const step = { network: own.network, batch: settings.recipe.batch, resolution: dataset.resolution };
  const threads = (kept: number | undefined) => threadsFor(engine, step, options.threads ?? kept);
  return {
    ...settings,
    supernet: own,
    layout,
    dataset,
    seed,
    stopAt,
    facts,
    from,
    out,
    threads,
    open,
  };
}

const isSupernet = (given: unknown): boolean =>
  isObject(given) && Array.isArray((given as Partial<Supernet>).sums) && "network" in given;

/** @throws RangeError for an engine without sessions, or whose sessions lack what is needed */
async function openSession(
  engine: Engine,
  { network }: Pick<Supernet, "network">,
  options: { readonly seed: number; readonly precision: Precision; readonly threads?: number },
): Promise<Required<Session>> {
  const session = await engine.session?.(network, options);
  const needed = [
    "mixtureGradients",
    "snapshot",
    "rewind",
    "keepGradients",
    "move",
    "state",
    "restoreState",
  ] as const;
  if (session && needed.every(name => typeof session[name] === "function"))
    return session as Required<Session>;
  session?.dispose();
  throw withoutSums(engine);
}

const withoutSums = ({ name }: Engine): RangeError =>
  new RangeError(
    `darts: expected an engine whose sessions take weighted sums, as "torch" does, got ${say(name)}`,
  );

/** @throws RangeError for a cell that there is not, and for counts that are none */
function skipLimit(
  asked: SkipLimit | undefined,
  { edges }: AlphaLayout,
  epochs: number,
): Required<SkipLimit> | undefined {
  if (asked === undefined) return undefined;
  expectOptions("darts", asked, { skips: "number", cell: "text?", after: "number?" }, "stopAt");
  const cells = [...new Set(edges.map(edge => edge.cell))];
  const {
    skips,
    cell = cells.includes("normal") ? "normal" : cells[0],
    after = Math.ceil(epochs / 5),
  } = asked;
  if (!cells.includes(cell)) {
    throw new RangeError(`darts: stopAt.cell must be one of ${cells.join(", ")}, got ${say(cell)}`);
  }
  for (const [name, value] of Object.entries({ skips, after })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`darts: stopAt.${name} must be a positive integer, got ${say(value)}`);
  }
  return { skips, cell, after };
}

/** @param before what the folder holds */
async function run<A extends AnyArchitecture>(
  plan: Plan<A>,
  before: DartsState | undefined,
  signal: AbortSignal,
  show: (progress: DartsProgress) => void,
): Promise<DartsStanding> {
  const { facts, layout, out, from, alpha, seed, recipe } = plan;
  const vector = from ? flatAlpha(layout, from) : drawnAlpha(layout, alpha.initial, seeded(seed));
  let history = before?.history ?? [];
  const begun = history.length;
  const began = performance.now();
  let last: StepTold | undefined;
  const tell = (event: DartsProgress["event"]) => {
    const { step = 0, steps = 0 } = last ?? {};
    const over = history.length - begun + (event === "step" && steps > 0 ? step / steps : 0);
    const seconds = (performance.now() - began) / 1000;
    show({
      event,
      epoch: event === "step" ? last!.epoch : Math.max(1, history.length),
      epochs: recipe.epochs,
      step,
      steps,
      loss: last?.loss,
      history,
      secondsLeft: over > 0 ? (seconds / over) * (recipe.epochs - begun - over) : undefined,
    });
  };
  tell("opened");
  // What ended is told again.
  if (before && before.status !== "running") return before;
  if (signal.aborted) return { status: "cancelled", history };
  const threads = await plan.threads(before?.threads);
  const session = await plan.open(threads);
  try {
    if (before) await session.restoreState(before.session);
    let kept: DartsState | undefined = before;
    if (out !== undefined && !kept) {
      const optimiser = new AlphaOptimiser(vector, alpha);
      kept = {
        status: "running",
        history,
        alpha: optimiser.state,
        ...(threads !== undefined && { threads }),
        session: await session.state(),
      };
    }
    const standing = await searchSupernet(plan, session, vector, before, {
      signal,
      onStep(told) {
        last = told;
        tell("step");
      },
      async onEpoch(now, state) {
        history = now.history;
        if (out !== undefined) {
          kept = {
            ...now,
            alpha: state,
            ...(threads !== undefined && { threads }),
            session: await session.state(),
          };
          keepDartsState(out, facts.id, kept);
        }
        tell("epoch");
      },
    });
    // With the weights of the epoch before, from which it would diverge again.
    if (out !== undefined && standing.status === "diverged") {
      keepDartsState(out, facts.id, { ...kept!, ...standing });
    }
    return standing;
  } finally {
    session.dispose();
  }
}
