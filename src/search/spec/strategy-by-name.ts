/** Strategies by what people call them, with settings as data: what a spec in a file says. */
import { nearestName } from "../../base/nearest-name.js";
import { isObject, say } from "../../base/say.js";
import { distinct, type DistinctSettings } from "../strategies/distinct.js";
import { presetByName, presets } from "../presets/index.js";
import { bananas } from "../strategies/bananas.js";
import { evolution } from "../strategies/evolution.js";
import { gaussianProcessSearch } from "../strategies/gaussian-process-search.js";
import { medianStop, type MedianStopSettings } from "../strategies/median-stop.js";
import { greedyGrowth } from "../strategies/greedy-growth.js";
import { localSearch } from "../strategies/local-search.js";
import { nsga2 } from "../strategies/nsga2.js";
import { pnas } from "../strategies/pnas.js";
import { random } from "../strategies/random.js";
import { ppo, reinforce } from "../strategies/reinforce.js";
import { rewarded, type RewardSettings } from "../strategies/rewarded.js";
import { asha } from "../strategies/rungs/asha.js";
import { hyperband } from "../strategies/rungs/hyperband.js";
import { successiveHalving } from "../strategies/rungs/successive-halving.js";
import { surrogateSearch } from "../strategies/surrogate-search.js";
import type { Strategy } from "../strategy.js";
import { surrogateByName, type SurrogateSpec } from "./surrogate-by-name.js";

type Maker = (settings: never) => Strategy;

/** By the function's name. */
const makers: Readonly<Record<string, Maker>> = {
  random,
  localSearch,
  greedyGrowth,
  evolution,
  reinforce,
  ppo,
  nsga2,
  surrogateSearch,
  bananas,
  pnas,
  gaussianProcessSearch,
  successiveHalving,
  hyperband,
  asha,
};

/** What else each is called: as papers and records have it. */
const published: Readonly<Record<string, Maker>> = {
  "regularised evolution": evolution,
  "evolution without aging": (settings: object) => evolution({ ...settings, aging: false }),
  "NSGA-II": nsga2,
};

/** A strategy as a spec has it: its name, or that with its settings. */
export type StrategySpec =
  | string
  | {
      readonly name: string;
      /** For two objectives: the strategy searches by MnasNet's reward of both; see `rewarded`. */
      readonly reward?: RewardSettings;
      /** No function is evaluated twice; see `distinct`. */
      readonly distinct?: boolean | DistinctSettings;
      /** Trainings worse than the median of those before are ended early; see `medianStop`. */
      readonly medianStop?: boolean | MedianStopSettings;
      readonly [setting: string]: unknown;
    };

/** Names differ by no more than capitals, spaces and hyphens. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

const byName = new Map(
  Object.entries({ ...makers, ...published }).map(([name, maker]) => [plain(name), maker]),
);

/** The names that a spec may say, for people. */
export const strategyNames = (): string[] => Object.keys(makers);

/** @throws RangeError for a strategy, or a setting, that there is not */
export function strategyByName(spec: StrategySpec): Strategy {
  const {
    name,
    reward,
    distinct: once,
    medianStop: stops,
    ...settings
  } = typeof spec === "string" ? { name: spec } : (spec ?? {});
  if (typeof name !== "string" || !(typeof spec === "string" || isObject(spec))) {
    throw new RangeError(
      `strategy: expected a name, or one with settings such as { "name": "evolution", "population": 20 }, got ${say(spec)}`,
    );
  }
  // "local-search" alone is the preset, with settings the strategy; "localSearch" always is that.
  const isPreset = !Object.hasOwn(makers, name) && Object.keys(settings).length === 0;
  const exact = isPreset ? presetNamed(name, settings) : undefined;
  const maker = exact ?? byName.get(plain(name)) ?? presetNamed(name, settings);
  if (!maker) {
    const meant = nearestName(plain(name), [...byName.keys()]);
    const names = strategyNames();
    const near = names.find(each => plain(each) === meant) ?? meant;
    throw new RangeError(
      `strategy: expected one of ${names.join(", ")}, or a preset, ${Object.keys(presets).join(", ")}, got ${say(name)}${near === undefined ? "" : `; did you mean "${near}"?`}`,
    );
  }
  const { surrogate } = settings;
  const made =
    surrogate === undefined
      ? settings
      : { ...settings, surrogate: surrogateByName(surrogate as SurrogateSpec) };
  const strategy = maker(made as never);
  const single =
    once === undefined || once === false ? strategy : distinct(strategy, once === true ? {} : once);
  const stopped =
    stops === undefined || stops === false ? single : medianStop(single, stops === true ? {} : stops);
  return reward === undefined ? stopped : rewarded(stopped, reward);
}

/** A preset is as it is: other settings than its own are another strategy. */
function presetNamed(name: string, settings: object): Maker | undefined {
  if (!Object.hasOwn(presets, name)) return undefined;
  const odd = Object.keys(settings)[0];
  if (odd === undefined) return () => presetByName(name);
  throw new RangeError(
    `strategy: the preset ${say(name)} has settings of its own, got ${say(odd)}; leave it out, or name the strategy with all settings`,
  );
}
