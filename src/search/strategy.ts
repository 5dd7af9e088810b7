/** What a search strategy is as a value: its name and settings, and how it is started on a space. */
import type { AnyArchitecture } from "../architectures/family.js";
import { say } from "../base/say.js";
import type { Constraints } from "../spaces/sample.js";
import type { Space } from "../spaces/space.js";
import type { Searcher } from "./searcher.js";

/** What a strategy searches. */
export interface SearchContext<A extends AnyArchitecture = AnyArchitecture> {
  /** With a program of choices. */
  readonly space: Space<A>;
  /** Decides all that is drawn. */
  readonly seed: number;
  /** What an architecture must satisfy to be proposed, as in `sample`: nothing else is trained. */
  readonly where?: Constraints<A>;
  /** Height and width of the image at which complexity is counted, pixels. Default: the architecture's own, or 224. */
  readonly resolution?: number;
  /** How many proposals there will be, for strategies that plan. */
  readonly budget?: number;
  /** How many outcomes it is told before it is asked for anything, if it says that it `takesKnown`. Default 0. */
  readonly known?: number;
}

/** A strategy: plain data but for `start`. The settings are part of a search's identity. */
export interface Strategy {
  readonly name: string;
  /** All of them, defaults included. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How many objectives it can search by. Default 1. */
  readonly objectives?: number;
  /**
   * What it makes small of several objectives, each made small: a search's best is chosen by it. NaN of one that failed. Absent
   * where it makes none of them.
   */
  readonly scalar?: (errors: readonly number[]) => number;
  /** Whether it ends trainings by their errors on the way, which must then be tested. Default false. */
  readonly watches?: boolean;
  /** The most epochs that it asks a training for; absent where it asks for whole trainings. */
  readonly epochs?: number;
  /**
   * Whether it is told outcomes as they come, with several under way, so that which ends first decides what it proposes. Default
   * false: in the order in which they were asked for.
   */
  readonly asynchronous?: boolean;
  /**
   * Whether its proposals depend on the budget, which then belongs to the search's identity and cannot grow. Default false.
   */
  readonly plans?: boolean;
  /**
   * Whether it learns from outcomes that it did not ask for: those of a search's `known`, told before it is asked for anything,
   * with places below 0. Default false.
   */
  readonly takesKnown?: boolean;
  /**
   * A searcher, anew or as it was when it said that state.
   *
   * @throws RangeError for a space or a budget that it cannot search
   */
  start<A extends AnyArchitecture>(context: SearchContext<A>, state?: unknown): Searcher;
}

/** What each setting must be. */
export type SettingRules<S> = {
  readonly [K in keyof S]-?: readonly [expected: string, accepts: (value: never) => boolean];
};

/**
 * Settings with their defaults.
 *
 * @throws RangeError naming a setting that there is not, or that is not what it must be
 */
export function settingsOf<S extends object>(
  strategy: string,
  given: Partial<S> | undefined,
  defaults: Required<S>,
  rules: SettingRules<S>,
): Required<S> {
  if (given !== undefined && (typeof given !== "object" || given === null)) {
    throw new RangeError(`${strategy}: expected settings such as {}, got ${say(given)}`);
  }
  const names = Object.keys(rules).join(", ");
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(rules, name)) {
      throw new RangeError(`${strategy}: unknown setting ${say(name)}; known are ${names}`);
    }
    const [expected, accepts] = rules[name as keyof S] as readonly [string, (value: unknown) => boolean];
    if (value !== undefined && !accepts(value)) {
      throw new RangeError(`${strategy}: ${name} must be ${expected}, got ${say(value)}`);
    }
  }
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
export const isShare = (value: number): boolean => value >= 0 && value <= 1;
export const isPositive = (value: number): boolean => value > 0 && Number.isFinite(value);

/** What a strategy is asked for, one by one; `Array.from` takes several times as long, and most asks are for one. */
export function times<T>(n: number, make: () => T): T[] {
  const all: T[] = [];
  for (let i = 0; i < n; i++) all.push(make());
  return all;
}
