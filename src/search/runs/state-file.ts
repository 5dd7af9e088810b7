/** A strategy's state in a search's folder, `search.json`: with it a search goes on without being told everything again. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/node/replace-file.js";
import { isObject, say } from "../../base/say.js";
import type { Recipe } from "../../training/recipe.js";
import { StoreError } from "../../trials/store/store-error.js";
import { readStoreFile, writing } from "../../trials/store/store.js";

/** A proposal as JSON. */
export interface KeptProposal {
  /** Absent in what was kept in order: then the first that was not told, and so on. */
  readonly place?: number;
  readonly code: readonly number[];
  readonly recipe?: Partial<Recipe>;
  readonly epochs?: number;
  readonly continues?: number;
  readonly stopAbove?: Readonly<Record<number, number>>;
  readonly note?: unknown;
}

export interface KeptState {
  readonly version: 1;
  readonly search: string;
  /** How many outcomes the strategy was told. */
  readonly told: number;
  /** What it was not, in order. */
  readonly asked: readonly KeptProposal[];
  readonly state: unknown;
}

export const stateFile = (folder: string): string => join(folder, "search.json");

/** Written without a sync: an older state, or none, only means that more outcomes are told again. @throws StoreError */
export function keepState(folder: string, kept: KeptState): void {
  const file = stateFile(folder);
  writing(file, () => replaceFile(file, JSON.stringify(kept)));
}

/**
 * The state in a folder; undefined where there is none, or one that a power cut tore: then the strategy is told all
 * outcomes again.
 *
 * @throws StoreError for the state of another search
 */
export function readState(folder: string, search: string): KeptState | undefined {
  const file = stateFile(folder);
  if (!existsSync(file)) return undefined;
  let kept: unknown;
  try {
    kept = JSON.parse(readStoreFile(file));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return undefined;
  }
  const { version, search: whose } = (isObject(kept) ? kept : {}) as Partial<KeptState>;
  if (version !== 1) {
    throw new StoreError(
      `search: expected a state of form 1 in ${file}, got ${say(version)}; update netspace, or remove the file to tell the strategy all outcomes again`,
    );
  }
  if (whose !== search) {
    throw new StoreError(
      `search: ${file} is the state of another search, expected ${search}, got ${say(whose)}; choose another folder`,
    );
  }
  return kept as KeptState;
}
