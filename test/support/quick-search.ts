/** A search whose trainings are quick, and strategies for it that learn from outcomes. */
import { fileURLToPath } from "node:url";
import { type Architecture, decisions, type Space } from "netspace";
import {
  type Proposal,
  random,
  type Search,
  type SearchContext,
  type Searcher,
  searchSource,
} from "../../src/search/index.js";
import { seededAt } from "../../src/base/random.js";
import { runTrials } from "../../src/trials/runner/run-trials.js";
import type { SweepProgress } from "../../src/trials/runner/progress.js";
import { checkSpec } from "../../src/trials/spec.js";
import { smallSweep } from "./small-sweep.js";

export const spec = checkSpec({ ...smallSweep, n: 24, seed: 3 });
const { where } = spec;
const resolution = 16;

/** Random search as the searches below start with it. */
export const randomSearch = (
  space: Space,
  options: Omit<SearchContext<Architecture>, "space">,
  state?: unknown,
): Searcher => random().start({ space, ...options }, state);

/** Climbs: mutates the best that it was told of; what it knows is all in its state. */
const climb: Search["make"] = (space, state) => {
  const program = decisions(space);
  let { asked, best, error } = (state ?? { asked: 0, error: Infinity }) as {
    asked: number;
    best?: readonly number[];
    error: number;
  };
  const fits = ({ params }: { params: number }) => params > 0;
  const start = randomSearch(space, { seed: 7, where: { ...where, accept: fits }, resolution });
  const [first] = start.ask(1);
  return {
    ask: n =>
      Array.from({ length: n }, (): Proposal => {
        const place = asked++;
        if (!best)
          return place === 0 ? first : { way: program.mutate(first.way as never, seededAt(7, place)) };
        return { way: program.mutate(program.decode(best), seededAt(7, place)), note: { parent: best } };
      }),
    tell: outcome => {
      if (!(outcome.error < error)) return;
      ({ error } = outcome);
      best = outcome.way.code;
    },
    state: () => ({ asked, best, error }),
  };
};

/** Rungs as of successive halving: four for one epoch, then the better two of them for two. It waits for whole rungs. */
const halve: Search["make"] = (space, state) => {
  const program = decisions(space);
  interface Told {
    readonly code: readonly number[];
    readonly error: number;
    readonly rung: number;
  }
  const { told, asked } = structuredClone(state ?? { told: [], asked: 0 }) as { told: Told[]; asked: number };
  let count = asked;
  const draw = (place: number) =>
    program.encode(
      randomSearch(space, { seed: 5, where, resolution }, { asked: place }).ask(1)[0].way
        .architecture as never,
    );
  return {
    ask(n) {
      const proposals: Proposal[] = [];
      while (proposals.length < n) {
        const [bracket, at] = [Math.floor(count / 6), count % 6];
        if (at < 4) proposals.push({ way: draw(count), recipe: { epochs: 1 }, note: { rung: 0 } });
        else {
          const rung = told.slice(6 * bracket, 6 * bracket + 4);
          if (rung.length < 4) break;
          const better = rung.toSorted((a, b) => a.error - b.error)[at - 4];
          proposals.push({ way: program.decode(better.code), recipe: { epochs: 2 }, note: { rung: 1 } });
        }
        count++;
      }
      return proposals;
    },
    tell: ({ way, error, note }) => {
      told.push({ code: way.code, error, rung: (note as { rung: number }).rung });
    },
    state: () => ({ told, asked: count }),
  };
};

const makers = {
  random: ((space, state) => randomSearch(space, { seed: 3, where, resolution }, state)) as Search["make"],
  climb,
  halve,
};
export type Strategy = keyof typeof makers;

export const searchOf = (strategy: Strategy, make = makers[strategy]): Search => ({
  spec,
  strategy: { name: strategy },
  make,
  outstanding: 3,
});

const program = fileURLToPath(new URL("./quick-worker.js", import.meta.url));

export const runSearch = (
  search: Search,
  out: string,
  workers: number,
  onProgress?: (progress: SweepProgress) => void,
): Promise<void> =>
  runTrials(search.spec, searchSource(search), { out, workers, program, retries: 3, onProgress });

// A process of its own: `quick-search.js STRATEGY FOLDER WORKERS` says each outcome.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , strategy, out, workers] = process.argv;
  await runSearch(searchOf(strategy as Strategy), out, Number(workers), ({ event, last }) => {
    if (event === "ended" && last) process.stdout.write(`ended ${last.index}\n`);
  });
}
