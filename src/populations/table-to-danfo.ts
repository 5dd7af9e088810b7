/** Tables as danfo.js DataFrames, for those who know pandas. */
import type { DataFrame } from "danfojs-node";
import type { Table } from "./table.js";

/** Imports danfo.js only now: it brings TensorFlow.js along, which takes more than a second. */
export async function tableToDanfo<R extends object>(table: Table<R>): Promise<DataFrame> {
  const danfo = (await import("danfojs-node")).default;
  return new danfo.DataFrame(
    Object.fromEntries(table.names.map(name => [name, Array.from<number | string>(table.values(name))])),
  );
}
