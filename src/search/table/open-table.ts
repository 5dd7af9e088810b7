/** A table by what a person calls it: the name of one that ships, a file, the folder that it is trained in, or the space. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { packageRoot } from "../../base/node/paths.js";
import { isObject, say } from "../../base/say.js";
import { completes } from "../../notebook/completes.js";
import { compactIn } from "../../populations/compact.js";
import { populationIn, type Population } from "../../populations/population.js";
import type { Space } from "../../spaces/space.js";
import { TableError } from "../../tables/table-error.js";
import { readTable } from "../../tables/table-files.js";
import { completeSpace } from "../../trials/source/complete-space.js";
import { SpaceTable, type SpaceTableOptions, type StoredMeasures } from "./space-table.js";

const shippedFolder = join(packageRoot, "data", "tables");
const ending = ".parquet";

/** The names of the tables that come with the package, such as `"SmallCells"`. */
export const shippedTables = (): string[] => tablesIn(shippedFolder);

/** The same space's on other images, such as `"fashion-mnist"`. */
const shippedImages = (name: string): string[] => tablesIn(join(shippedFolder, name));

const tablesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(name => name.endsWith(ending))
        .map(name => name.slice(0, -ending.length))
        .sort()
    : [];

/** @throws RangeError for a table that does not come with the package */
function requireShipped(fn: string, name: string): void {
  const known = shippedTables();
  if (known.includes(name)) return;
  throw new RangeError(
    `${fn}: expected a table that comes with netspace, ${known.join(", ")}, got ${say(name)}`,
  );
}

/**
 * The table of a space: every function of it with its trainings, each looked up as if it were trained.
 *
 * @param source the name of a table that comes with the package, `"SmallCells"`, or `"SmallCells/fashion-mnist"` for other images than the
 *   procedural ones; a file of `packTable`; a folder of `trainTable`, finished or not; or a space that comes with a table
 * @throws RangeError where there is no such table
 * @throws TableError for a population that is no table, and for a partial one unless `partial` is true
 * @example
 * ```
 * const cells = await table("SmallCells");
 * simulate(evolution({ population: 30, sample: 10 }), cells.search(), { evaluations: 200, repeats: 500 });
 * ```
 */
export async function table<A extends AnyArchitecture = AnyArchitecture>(
  source: string | URL | Space<A>,
  options: SpaceTableOptions<A> = {},
): Promise<SpaceTable<A>> {
  expectOptions("table", options, { partial: "boolean?", space: "object?" });
  const file = fileOf(source);
  const [population, measures] = await readSource("table", file);
  return new SpaceTable<A>("table", population, options, measures);
}

completes(table, shippedTables);

/**
 * Populations in which functions of a table that comes with the package were trained in another regime, such as on other images, for
 * `tableAgreement`; none of most.
 *
 * @throws RangeError for a table that does not come with the package
 * @example
 * ```ts
 * import { table, tableAgreement, tablesBeside } from "netspace/search";
 *
 * const [other] = await tablesBeside("SmallCells");
 * tableAgreement(await table("SmallCells"), other).mean.spearman.value; // ≈ 0.791
 * ```
 */
export async function tablesBeside(name: string): Promise<Population[]> {
  requireShipped("tablesBeside", name);
  return Promise.all(
    shippedImages(name).map(images =>
      compactIn("tablesBeside", join(shippedFolder, name, `${images}${ending}`)),
    ),
  );
}

/**
 * The complete tables of a space that come with the package, by the images that they were trained on, `"procedural"` first; one that
 * lacks functions, or trainings of them, is left out.
 *
 * @param options.space architectures of it are looked up, instead of those of the table's own space, as in `table`
 * @throws RangeError for a table that does not come with the package
 * @example
 * ```ts
 * import { tablesByImages } from "netspace/search";
 * Object.keys(await tablesByImages("SmallAssignments"))[0]; // => "procedural"
 * ```
 */
export async function tablesByImages<A extends AnyArchitecture = AnyArchitecture>(
  name: string,
  options: Pick<SpaceTableOptions<A>, "space"> = {},
): Promise<Readonly<Record<string, SpaceTable<A>>>> {
  const fn = "tablesByImages";
  requireShipped(fn, name);
  expectOptions(fn, options, { space: "object?" });
  const tables: Record<string, SpaceTable<A>> = { procedural: await table<A>(name, options) };
  for (const images of shippedImages(name)) {
    const [population, measures] = await readSource(fn, join(shippedFolder, name, `${images}${ending}`));
    try {
      tables[images] = new SpaceTable<A>(fn, population, options, measures);
    } catch (error) {
      // A sample of the functions is no table.
      if (!(error instanceof TableError)) throw error;
    }
  }
  return tables;
}

/** What lies in a file or a folder: the trainings, and what is known of the networks without. */
export async function readSource(
  caller: string,
  source: string | URL,
): Promise<[Population, StoredMeasures]> {
  if (typeof source === "string" && statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    const population = populationIn(caller, source);
    // Code of the folder's space is the user's own, as where the folder is swept.
    await completeSpace(population.spec.space, source);
    return [population, new Map()];
  }
  return [await compactIn(caller, source), await measuresIn(source)];
}

/** What columns of measures begin with. */
export const MEASURE = "measure ";

async function measuresIn(file: string | URL): Promise<StoredMeasures> {
  const columns = await readTable(file);
  const names = columns.names.filter(name => name.startsWith(MEASURE));
  if (names.length === 0) return new Map();
  const values = names.map(name => [name.slice(MEASURE.length), columns.column(name)] as const);
  return new Map(
    columns
      .texts("id")
      .map((id, i) => [id, Object.fromEntries(values.map(([name, column]) => [name, column[i]]))]),
  );
}

function fileOf(source: unknown): string | URL {
  if (source instanceof URL) return source;
  const known = shippedTables();
  const name = isObject(source) && "decide" in source && "name" in source ? source.name : source;
  if (typeof name === "string") {
    const [space, images, ...deeper] = name.split("/");
    const shipped =
      deeper.length === 0 &&
      known.includes(space) &&
      (images === undefined || shippedImages(space).includes(images));
    if (shipped) return join(shippedFolder, `${name}${ending}`);
  }
  const names = known.length > 0 ? known.join(", ") : "none here";
  if (typeof source === "string" && source !== "" && existsSync(source)) return source;
  const remedy = isObject(source)
    ? "; export it from a module, and await trainTable({ space: { module, export } }, { out }) makes one"
    : "; netspace table train makes one";
  throw new RangeError(
    `table: expected a table that comes with netspace (${names}), its space, a file or a folder, got ${say(isObject(source) ? name : source)}${remedy}`,
  );
}
