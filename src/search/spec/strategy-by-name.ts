/** Strategies by what people call them, with settings as data: what a spec in a file says. */
import { nearestName } from "../../base/nearest-name.js";
import { isObject, say } from "../../base/say.js";
import { distinct, type DistinctSettings } from "../strategies/distinct.js";
import { evolution } from "../strategies/evolution.js";
import { localSearch } from "../strategies/local-search.js";
import { nsga2 } from "../strategies/nsga2.js";
import { random } from "../strategies/random.js";
import { ppo, reinforce } from "../strategies/reinforce.js";
import { rewarded, type RewardSettings } from "../strategies/rewarded.js";
import { surrogateSearch } from "../strategies/surrogate-search.js";
import type { Strategy } from "../strategy.js";

/** Settings of a strategy that has none must say so themselves. */
type Maker = (settings?: never) => Strategy;

/** By the function's name. */
const makers: Readonly<Record<string, Maker>> = {
  random,
  localSearch,
  evolution,
  reinforce,
  ppo,
  nsga2,
  surrogateSearch,
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
      readonly [setting: string]: unknown;
    };

/** Names differ by no more than capitals, spaces and hyphens. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

/** What each is called: by its function, and by its published name. */
const byName = (): Map<string, Maker> => {
  const found = new Map<string, Maker>();
  for (const [name, maker] of Object.entries(makers)) {
    found.set(plain(name), maker);
    found.set(plain(maker().name), maker);
  }
  found.set(plain("evolution without aging"), (settings?: object) =>
    evolution({ ...settings, aging: false }),
  );
  return found;
};

/** The names that a spec may say, for people. */
export const strategyNames = (): string[] => Object.keys(makers);

/** @throws RangeError for a strategy, or a setting, that there is not */
export function strategyByName(spec: StrategySpec): Strategy {
  const {
    name,
    reward,
    distinct: once,
    ...settings
  } = typeof spec === "string" ? { name: spec } : (spec ?? {});
  if (typeof name !== "string" || !(typeof spec === "string" || isObject(spec))) {
    throw new RangeError(
      `strategy: expected a name, or one with settings such as { "name": "evolution", "population": 20 }, got ${say(spec)}`,
    );
  }
  const known = byName();
  const maker = known.get(plain(name));
  if (!maker) {
    const meant = nearestName(plain(name), [...known.keys()]);
    const names = strategyNames();
    const near = names.find(each => plain(each) === meant) ?? meant;
    throw new RangeError(
      `strategy: expected one of ${names.join(", ")}, got ${say(name)}${near === undefined ? "" : `; did you mean "${near}"?`}`,
    );
  }
  const strategy = maker(settings as never);
  const single =
    once === undefined || once === false ? strategy : distinct(strategy, once === true ? {} : once);
  return reward === undefined ? single : rewarded(single, reward);
}
