/** A space that is code, loaded: its spec then says what it is called and the content of its source. */
import { spaceNames } from "../../spaces/names.js";
import { codeOf, contentsOf, spaceOf, type SpaceSpec } from "../space-spec.js";
import { SpecError } from "../spec-error.js";
import { blockIn, type ExportsOf, spaceIn } from "./exported.js";
import { keptPlaces } from "./keep-source.js";
import { exportsAnew, exportsOf, loadSource } from "./load-source.js";
import type { Source } from "./read-source.js";

/**
 * Loads the modules of a space; a space without any comes back as it is. In the result modules lie where a sweep's folder
 * keeps them, so that it is the same wherever they were read from.
 *
 * @param folder what paths are relative to
 * @throws SpecError if a module cannot be read or loaded, has changed since its content was put in, or exports something
 *   else
 */
export async function completeSpace(given: SpaceSpec, folder: string): Promise<SpaceSpec> {
  const parts = codeOf(given);
  if (parts.length === 0) return given;
  const sources: Source[] = [];
  for (const { code } of parts) sources.push(await loadSource(code.module, folder, code.content));
  const places = keptPlaces(sources);
  let space = given;
  for (const [i, { path, code }] of parts.entries()) {
    const { content, file } = sources[i];
    // Errors name the file that the user wrote.
    const named = { ...code, content, module: file };
    const { name } = path === "space.block" ? blockIn(named, exportsOf) : spaceIn(named, exportsOf);
    if (path === "space" && code.name !== undefined && spaceNames().includes(code.name)) {
      throw new SpecError(
        `sweep spec: space.name: expected a name of its own, got ${code.name}, which comes with netspace`,
      );
    }
    const part = codeOf(space).find(other => other.path === path)!;
    space = part.put({ ...code, module: places[i], content, name: code.name ?? name });
  }
  try {
    spaceOf(space);
  } catch (error) {
    if (error instanceof SpecError) throw error;
    throw new SpecError(`sweep spec: space: ${(error as Error).message}`, { cause: error });
  }
  return space;
}

/** The modules of a space once more, apart from the first time. */
export async function loadAnew(space: SpaceSpec): Promise<ExportsOf> {
  const contents = contentsOf(space);
  const fresh = new Map(
    await Promise.all(contents.map(async each => [each, await exportsAnew(each)] as const)),
  );
  return content => fresh.get(content)!;
}
