/** Tables as danfo.js DataFrames, for those who know pandas. */
/** @ts-ignore -- an optional package: where it is not installed its type is any, and no program fails to compile */
import type { DataFrame } from "danfojs-node";
import type { Table } from "./table.js";
import { TableError } from "./table-error.js";

export type { DataFrame };

/**
 * The table as a DataFrame. danfo.js makes columns properties of the frame, so a column called as one of its own, such as
 * a population's `index`, would take that one's place: it becomes `index_`.
 *
 * Imports danfo.js only now: it brings TensorFlow.js along, which takes more than a second.
 */
export async function tableToDanfo<R extends object>(table: Table<R>): Promise<DataFrame> {
  if (table.length === 0) {
    throw new TableError("toDanfo: expected a table with rows, which danfo.js needs, got 0 rows");
  }
  const danfo = await importDanfo();
  const free = (name: string) => (name in danfo.DataFrame.prototype ? `${name}_` : name);
  return new danfo.DataFrame(
    Object.fromEntries(
      table.names.map(name => [free(name), Array.from<number | string>(table.values(name))]),
    ),
  );
}

/**
 * What danfo.js 1.2 needs in the package.json of whoever installs it: npm heeds overrides there only. Without them it
 * takes a spreadsheet library from outside the registry, and TensorFlow 3, which is built at installation.
 */
const OVERRIDES = {
  "danfojs-node": {
    "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@4.22.0",
    xlsx: "npm:@e965/xlsx@^0.20.3",
    request: "npm:@cypress/request@^3.0.10",
  },
};

/** What to do where danfo.js is not installed. */
export const DANFO_REMEDY = `add "overrides": ${JSON.stringify(OVERRIDES)} to the package.json of your project, and then npm install danfojs-node@1.2.0`;

/** danfo.js is an optional package: its own dependencies reach beyond the npm registry. */
async function importDanfo() {
  try {
    return (await import("danfojs-node")).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error(`toDanfo: needs the package danfojs-node, which is not installed; ${DANFO_REMEDY}`, {
      cause: error,
    });
  }
}
