/** What every training of a supernet has in common: its options, its session, its folder, and how it is watched. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { AnyArchitecture } from "../../../architectures/family.js";
import { type OptionKinds } from "../../../base/expect-options.js";
import { checkSignal, expectName } from "../../../base/expect.js";
import { lossText } from "../../../base/fixed.js";
import { isObject, say } from "../../../base/say.js";
import { liveOutput } from "../../../notebook/live-output.js";
import type { Dataset } from "../../../training/dataset.js";
import { askedDataset } from "../../../training/datasets/asked-dataset.js";
import type { DatasetSpec } from "../../../training/datasets/index.js";
import type { Precision } from "../../../training/engine.js";
import { checkDataset } from "../../../training/engines/check-dataset.js";
import { checkPrecision } from "../../../training/engines/check-precision.js";
import { threadsFor } from "../../../training/engines/threads.js";
import { type EngineChoice, pickEngine } from "../../../training/pick-engine.js";
import { checkRecipe, type Recipe } from "../../../training/recipe.js";
import { recipeByName, type RecipeName } from "../../../training/recipes.js";
import type { Session } from "../../../training/session.js";
import { runInFolder } from "../../../trials/runner/run-in-folder.js";
import { lockFolder } from "../../../trials/store/lock.js";
import type { Supernet } from "../supernet.js";
import { type PathTraining, requireFollowed, type SharedStep, trainPaths } from "./epochs.js";
import {
  type SharedEpoch,
  type SharingFacts,
  sharingFolder,
  type SharingNote,
  type SharingStanding,
} from "./facts.js";
import { requireSupernet } from "../require-supernet.js";
import { supernetPrint, withId } from "../run-folder.js";
import { SharedWeights, type SharingSession } from "./shared-weights.js";

/** How far a training is: after every step. */
export interface SharingProgress extends SharedStep {
  /** Of the recipe. */
  readonly epochs: number;
  /** Those that are done. */
  readonly history: readonly SharedEpoch[];
}

export interface SharingOptions<A extends AnyArchitecture = AnyArchitecture> extends EngineChoice {
  /** The images, the description of a set, or a text for `datasetByName`. */
  readonly dataset: Dataset | DatasetSpec | string;
  /**
   * A recipe, or the name of one: each batch trains one path. Dropout, drop path, averages, auxiliary logits and mixed images are not followed.
   */
  readonly recipe: Recipe | RecipeName;
  /** Decides weights, order, augmentation and paths; an integer from 0. Default 0. */
  readonly seed?: number;
  readonly precision?: Precision;
  /**
   * Of the session's operators. Default: 1 for a small supernet and batch, otherwise as many as there are cores that nothing else uses
   * when the training begins; one that goes on in its folder has as many as before.
   */
  readonly threads?: number;
  /** A folder, in which it is kept after every epoch; the same call goes on there. Default: none. */
  readonly out?: string;
  /** Aborting stops the training between two steps. Default: the signal of the notebook cell that called. */
  readonly signal?: AbortSignal;
  /**
   * Called after every epoch with the weights as they are then, and waited for: what it asks them changes nothing of the training. They are not to be
   * disposed of, and worth nothing once it returns.
   */
  readonly onEpoch?: (shared: SharedWeights<A>) => void | Promise<void>;
  /** Called after every step. Default: a line in the notebook or on the terminal that renews itself. */
  readonly onProgress?: (progress: SharingProgress) => void;
}

export const sharingOptionKinds = {
  dataset: "any",
  recipe: "any",
  seed: "number?",
  precision: "text?",
  threads: "number?",
  engine: "any?",
  device: "text?",
  out: "any?",
  signal: "any?",
  onEpoch: "function?",
  onProgress: "function?",
} as const satisfies OptionKinds<SharingOptions>;

/** What of a training is the strategy's own. */
export interface Shares<A extends AnyArchitecture> {
  readonly strategy: SharingFacts["strategy"];
  /** Paths, and what comes after an epoch, with the controller where it stood. */
  readonly begin: (parts: {
    readonly session: SharingSession;
    readonly dataset: Dataset;
    /** For questions on the way; not to be disposed of. */
    readonly weights: SharedWeights<A>;
    readonly controller: unknown;
  }) => Pick<PathTraining<A>, "path" | "after"> & { readonly state?: () => unknown };
}

/** Trains a supernet by a strategy, or goes on with it in its folder. */
export async function share<A extends AnyArchitecture>(
  fn: string,
  supernet: Supernet<A>,
  options: SharingOptions<A>,
  { strategy, begin }: Shares<A>,
): Promise<{ readonly shared: SharedWeights<A>; readonly dataset: Dataset; readonly controller: unknown }> {
  requireSupernet(fn, supernet);
  const { seed = 0, precision = "float32" } = options;
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new RangeError(`${fn}: seed must be an integer of at least 0, got ${say(seed)}`);
  const recipe = typeof options.recipe === "string" ? recipeByName(options.recipe) : options.recipe;
  checkRecipe(recipe);
  requireFollowed(recipe);
  checkPrecision(fn, precision);
  checkSignal(fn, "signal", options.signal);
  if (options.out !== undefined) expectName(fn, "a folder as options.out", options.out);
  const engine = pickEngine(options);
  if (!engine.session) {
    throw new RangeError(
      `${fn}: expected an engine that keeps weights between calls, got ${engine.name}; engine "torch" does`,
    );
  }
  const dataset = await askedDataset(fn, options.dataset);
  checkDataset(dataset);
  if (dataset.classes !== supernet.network.classes) {
    throw new RangeError(
      `${fn}: expected images of ${supernet.network.classes} classes, which the supernet tells apart, got ${dataset.classes} of ${dataset.name}; supernet(space, { classes: ${dataset.classes} })`,
    );
  }
  const facts = withId<SharingFacts>({
    version: 1,
    strategy,
    space: supernet.space.name,
    supernet: supernetPrint(supernet),
    dataset: dataset.name,
    images: dataset.train.count,
    recipe,
    seed,
    engine: engine.name,
    precision,
  });
  const out = options.out === undefined ? undefined : resolve(options.out);
  if (out !== undefined && existsSync(out)) sharingFolder.check(fn, out, facts);
  return runInFolder(out, options.signal, async stop => {
    const unlock = out === undefined ? undefined : lockFolder(out);
    try {
      if (out !== undefined) {
        sharingFolder.check(fn, out, facts);
        sharingFolder.keepFacts(out, facts);
      }
      const kept = out === undefined ? undefined : sharingFolder.read(fn, out, facts.id);
      const { network } = supernet;
      const step = { network, batch: recipe.batch, resolution: dataset.resolution };
      const threads = await threadsFor(engine, step, options.threads ?? kept?.note.threads);
      const opened = await engine.session!(network, {
        seed,
        precision,
        ...(threads !== undefined && { threads }),
      });
      try {
        const session = capable(fn, engine.name, opened);
        if (kept) await session.restoreState!(kept.session);
        const sharedAt = (standing: SharingStanding) =>
          new SharedWeights({ supernet, facts, standing, session, dataset });
        const weights = sharedAt(kept?.note.standing ?? { status: "running", epochs: [] });
        const own = begin({ session, dataset, weights, controller: kept?.note.controller });
        const training = { session, supernet, dataset, recipe, seed, ...own };
        const standing = await trained(training, kept?.note, {
          facts,
          out,
          stop,
          options,
          sharedAt,
          state: own.state,
          threads,
        });
        const shared = sharedAt(standing);
        return { shared, dataset, controller: own.state?.() };
      } catch (error) {
        opened.dispose();
        throw error;
      }
    } finally {
      unlock?.();
    }
  });
}

interface Kept<A extends AnyArchitecture> {
  readonly facts: SharingFacts;
  readonly out: string | undefined;
  readonly stop: AbortController;
  readonly options: SharingOptions<A>;
  readonly sharedAt: (standing: SharingStanding) => SharedWeights<A>;
  readonly state: (() => unknown) | undefined;
  readonly threads: number | undefined;
}

async function trained<A extends AnyArchitecture>(
  training: PathTraining<A>,
  kept: SharingNote | undefined,
  { facts, out, stop, options, sharedAt, state, threads }: Kept<A>,
): Promise<SharingStanding> {
  const ended = kept && kept.standing.status !== "running";
  if (ended) return kept.standing;
  const { session, recipe, supernet } = training;
  const view = options.onProgress
    ? undefined
    : liveLine(`${supernet.network.name}, ${facts.strategy.name} paths`);
  const problems: unknown[] = [];
  let history: readonly SharedEpoch[] = kept?.standing.epochs ?? [];
  const keep = async (standing: SharingStanding) => {
    if (out === undefined) return;
    const controller = state?.();
    sharingFolder.keep(out, facts.id, await session.state!(), {
      standing,
      ...(threads !== undefined && { threads }),
      ...(controller !== undefined && { controller }),
    });
  };
  const standing = await trainPaths(training, history, {
    signal: stop.signal,
    onStep(step) {
      const progress = { ...step, epochs: recipe.epochs, history };
      try {
        if (options.onProgress) options.onProgress(progress);
        else view?.show(progress);
      } catch (error) {
        // An observer that throws stops the training; its error is the training's.
        problems.push(error);
        stop.abort();
      }
    },
    async onEpoch(now) {
      history = now.epochs;
      await keep(now);
      await options.onEpoch?.(sharedAt(now));
    },
  });
  view?.end(standing);
  if (problems.length > 0) throw problems[0];
  // That it diverged is kept, so that the folder does not train it again only to see the same.
  if (standing.status === "diverged") await keep(standing);
  return standing;
}

/** @throws RangeError naming what an engine's session lacks */
function capable(fn: string, engine: string, session: Session): SharingSession {
  const lacking = (["recalibrate", "snapshot", "rewind", "state", "restoreState"] as const).find(
    name => !session[name],
  );
  if (lacking === undefined) return session as SharingSession;
  throw new RangeError(
    `${fn}: expected an engine whose sessions have ${lacking}(), got ${engine}; engine "torch" does`,
  );
}

/** Time between two lines, milliseconds. */
const LINE_MS = 250;

/** A line that says how far a training is. */
function liveLine(title: string) {
  const output = liveOutput();
  if (output.kind === "none") return undefined;
  let shown = Number.NEGATIVE_INFINITY;
  let line = title;
  return {
    show({ epoch, epochs, step, steps, loss, history }: SharingProgress) {
      const now = performance.now();
      if (now - shown < LINE_MS) return;
      shown = now;
      const controller = history.at(-1)?.controller;
      const rewarded = controller ? `, reward ${controller.reward.toFixed(3)}` : "";
      line = `${title}: epoch ${epoch} of ${epochs}, step ${step} of ${steps}, loss ${lossText(loss)}${rewarded}`;
      output.show(line);
    },
    end({ status, epochs }: SharingStanding) {
      const last = epochs.at(-1);
      const loss = last ? lossText(last.trainLoss) : "–";
      output.end(`${title}: ${status} after ${epochs.length} epochs, loss ${loss}`);
    },
  };
}

/** Whether a value may be a supernet's options at all. */
export function requireSharingOptions(fn: string, options: unknown): void {
  const { dataset, recipe } = (isObject(options) ? options : {}) as Partial<SharingOptions>;
  if (dataset && recipe) return;
  throw new RangeError(
    `${fn}: expected a dataset and a recipe, got ${dataset ? "no recipe" : "no dataset"}; for example ${fn}(supernet(SmallCells), { dataset: "procedural:12", recipe: "tiny" })`,
  );
}
