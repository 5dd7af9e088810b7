/** What a search by DARTS is and how it stands, as plain data, and its folder. */
import type { Precision } from "../../../training/engine.js";
import type { SessionState } from "../../../training/session.js";
import { type RunFacts, RunFolder } from "../run-folder.js";
import type { AlphaState } from "./alpha-vector.js";
import type { DartsEpoch } from "./epoch.js";
import type { DartsSettings, SkipLimit } from "./settings.js";

/** All that a search is, as plain data. */
export interface DartsFacts extends DartsSettings, RunFacts {
  readonly space: string;
  /** Hash of the supernet's layers and of what its sums choose between. */
  readonly supernet: string;
  /** Edges and their operations, in the order of α. */
  readonly edges: Readonly<Record<string, readonly string[]>>;
  readonly dataset: string;
  /** Images that the weights are trained on, and that α is moved by. */
  readonly images: { readonly training: number; readonly validation: number };
  readonly seed: number;
  readonly engine: string;
  readonly precision: Precision;
  readonly stopAt?: Required<SkipLimit>;
  /** Hash of what α begins with, where that was given. */
  readonly from?: string;
}

export type DartsStatus = "running" | "finished" | "stopped" | "diverged" | "cancelled";

/** How a search stands, but for its weights. */
export interface DartsStanding {
  /** `"running"` in a folder: there are epochs to come. */
  readonly status: DartsStatus;
  readonly history: readonly DartsEpoch[];
  /** Why it was stopped or diverged, in words. */
  readonly reason?: string;
  /** Where a number stopped being finite, both from 1. */
  readonly divergedAt?: { readonly epoch: number; readonly step: number };
}

/** What is kept of a search besides its session: how it stands, α and what Adam remembers of it. */
export interface DartsNote extends DartsStanding {
  readonly alpha: AlphaState;
  /** Threads of the session, with which the search goes on: others would round otherwise. */
  readonly threads?: number;
}

/** What it takes to go on. */
export interface DartsState extends DartsNote {
  readonly session: SessionState;
}

export const dartsFolder = new RunFolder<DartsFacts, DartsNote>("darts");

/** Where the search in a folder stands; undefined before its first epoch. @throws StoreError */
export function readDartsState(fn: string, folder: string, search: string): DartsState | undefined {
  const kept = dartsFolder.read(fn, folder, search);
  return kept && { ...kept.note, session: kept.session };
}

/** @throws StoreError */
export function keepDartsState(folder: string, search: string, { session, ...note }: DartsState): void {
  dartsFolder.keep(folder, search, session, note);
}
