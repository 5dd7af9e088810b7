/** Specs that lie in files: what modules they name lies beside them. */
import { resolve } from "node:path";
import { isRecord } from "../trials/vocabulary.js";

/** The space of a spec with the places of modules made absolute; what is wrong with it is said by whoever checks it. */
export function placedSpaces(spec: unknown, folder: string): unknown {
  const placed = (part: unknown): unknown => {
    if (!isRecord(part)) return part;
    if (typeof part.module !== "string") return part;
    return { ...part, module: /^file:/i.test(part.module) ? part.module : resolve(folder, part.module) };
  };
  if (!isRecord(spec) || !isRecord(spec.space)) return spec;
  const { base, block } = spec.space;
  return {
    ...spec,
    space: {
      ...(placed(spec.space) as object),
      ...(base !== undefined && { base: placed(base) }),
      ...(block !== undefined && { block: placed(block) }),
    },
  };
}
