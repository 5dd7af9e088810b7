/** A strategy with settings that somebody published, or that we scaled to small budgets: with its source, and what in it is whose. */
import type { Strategy } from "../strategy.js";

/** A strategy with a name, and where its settings come from. */
export interface Preset extends Strategy {
  /** Paper, and code where the settings are read off it. */
  readonly source: string;
  /** `"published"`, or `"ours"`: scaled to 100 to 300 evaluations. */
  readonly origin: "published" | "ours";
  /** Evaluations that the settings are meant for. */
  readonly evaluations: number;
  /** What the source says, in words. */
  readonly states: string;
  /** What it does not say, and what is set in its place; absent where nothing is. */
  readonly inferred?: string;
  /** What is otherwise here than there; absent where nothing is. */
  readonly differs?: string;
}

export type Facts = Omit<Preset, keyof Strategy>;

export const preset = (strategy: Strategy, facts: Facts): Preset => ({ ...strategy, ...facts });
