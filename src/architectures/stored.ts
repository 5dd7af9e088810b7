/**
 * Architectures as JSON: the block becomes its name, all else stays, a RegNet's parameters included.
 *
 * Only the built-in blocks come back by name; a user's block is code, which a name does not bring back. Give it with the
 * architecture: `reviveArchitecture(stored, [mine])`.
 */
import { expectList } from "../base/expect.js";
import { isObject, say } from "../base/say.js";
import type { Architecture } from "./anynet/architecture.js";
import { blocks } from "./anynet/blocks/index.js";
import type { Block } from "./anynet/block.js";
import { checkArchitecture, checkBlock } from "./anynet/check-architecture.js";

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

/** Whether a stored architecture comes back by itself: its block is built in. */
export const isRevivable = ({ block }: StoredArchitecture): boolean =>
  typeof block === "string" && Object.hasOwn(blocks, block);

/**
 * The architecture again, with its block as code.
 *
 * @param own blocks that are not built in and may be among the stored ones, such as `(await import("./ghost.ts")).ghost`
 * @throws RangeError if the block is neither built in nor one of them
 * @throws NetworkError for what no network can have
 */
export function reviveArchitecture(stored: StoredArchitecture, own: readonly Block[] = []): Architecture {
  if (!isObject(stored)) {
    throw new RangeError(
      `reviveArchitecture: expected what storeArchitecture() gave, got ${say(stored)}; parse its JSON first`,
    );
  }
  expectList("reviveArchitecture", "blocks of one's own", own, { name: "text", build: "function" });
  for (const block of own) checkBlock("reviveArchitecture", block);
  const block = isRevivable(stored) ? blocks[stored.block] : own.find(({ name }) => name === stored.block);
  if (block === undefined) {
    const known = [...Object.keys(blocks), ...own.map(({ name }) => name)].join(", ");
    throw new RangeError(
      `reviveArchitecture: unknown block ${say(stored.block)}; known are ${known}. Give another block itself: { ...stored, block }`,
    );
  }
  const architecture = { ...stored, block };
  checkArchitecture("reviveArchitecture", architecture);
  return architecture;
}
