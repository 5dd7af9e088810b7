/**
 * Architectures as JSON: the block becomes its name, all else stays, a RegNet's parameters included.
 *
 * Only the built-in blocks come back by name; a user's block is code, which a name does not bring back. Give it anew:
 * `{ ...stored, block: mine }`.
 */
import type { Architecture } from "./architecture.js";
import { blocks } from "./blocks/index.js";

/** An architecture with its block by name. */
export interface StoredArchitecture extends Omit<Architecture, "block"> {
  readonly block: string;
}

/** The architecture as JSON can hold it: its block by name. */
export const storeArchitecture = (architecture: Architecture): StoredArchitecture => ({
  ...architecture,
  block: architecture.block.name,
});

/**
 * The architecture again, with its block as code.
 *
 * @throws RangeError if the block is none of the built-in ones
 */
export function reviveArchitecture(stored: StoredArchitecture): Architecture {
  const block = blocks[stored.block];
  if (!block) {
    const known = Object.keys(blocks).join(", ");
    throw new RangeError(
      `reviveArchitecture: unknown block "${stored.block}"; known are ${known}. Give another block itself: { ...stored, block }`,
    );
  }
  return { ...stored, block };
}
