/**
 * Architectures as JSON: the block becomes its name, all else stays, a RegNet's parameters included.
 *
 * Only the built-in blocks come back by name; a user's block is code, which a name does not bring back. Give it anew:
 * `{ ...stored, block: mine }`.
 */
import { isObject, say } from "../base/say.js";
import type { Architecture } from "./anynet/architecture.js";
import { blocks } from "./anynet/blocks/index.js";
import { checkArchitecture } from "./anynet/check-architecture.js";

/** An architecture with its block by name. */
export interface StoredArchitecture extends Omit<Architecture, "block"> {
  readonly block: string;
}

/**
 * The architecture as JSON can hold it: its block by name.
 *
 * @throws NetworkError for a block of one's own under a built-in's name, which would come back as the built-in
 */
export function storeArchitecture(architecture: Architecture): StoredArchitecture {
  checkArchitecture("storeArchitecture", architecture);
  return { ...architecture, block: architecture.block.name };
}

/**
 * The architecture again, with its block as code.
 *
 * @throws RangeError if the block is none of the built-in ones
 * @throws NetworkError for what no network can have
 */
export function reviveArchitecture(stored: StoredArchitecture): Architecture {
  if (!isObject(stored)) {
    throw new RangeError(
      `reviveArchitecture: expected what storeArchitecture() gave, got ${say(stored)}; parse its JSON first`,
    );
  }
  if (typeof stored.block !== "string" || !Object.hasOwn(blocks, stored.block)) {
    const known = Object.keys(blocks).join(", ");
    throw new RangeError(
      `reviveArchitecture: unknown block ${say(stored.block)}; known are ${known}. Give another block itself: { ...stored, block }`,
    );
  }
  const architecture = { ...stored, block: blocks[stored.block] };
  checkArchitecture("reviveArchitecture", architecture);
  return architecture;
}
