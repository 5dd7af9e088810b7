/** danfojs's DataFrame and Series. */

import type { Form } from "../form.js";
import { hasMethods, isStrings, peek } from "./look.js";
import { type Table, tableBundle } from "./table.js";

export const danfo: Form = {
  name: "danfo",
  show: (value, extent) => {
    const table = danfoTable(value as Shape);
    return table && tableBundle(table, extent);
  },
};

type Shape = Record<string, unknown>;

/** An index, columns, and values by rows. */
function danfoTable(value: Shape): Table | undefined {
  // Of danfo's own classes these are getters; of anything else getters are not run.
  const own = hasMethods(value, "print", "iloc");
  const read = (key: string): unknown => (own ? value[key] : peek(value, key));
  const [columns, index, values, shape] = [read("columns"), read("index"), read("values"), read("shape")];
  const dtypes = read("dtypes");
  if (!isStrings(columns) || !Array.isArray(index) || !Array.isArray(values) || !Array.isArray(shape))
    return undefined;
  if (!isStrings(dtypes)) return undefined;
  return {
    columns,
    rowCount: values.length,
    // A Series has one column, and its values as they are.
    row: at => (Array.isArray(values[at]) ? (values[at] as unknown[]) : [values[at] as unknown]),
    index: at => (index as unknown[])[at],
    note: new Set(dtypes).size === 1 ? dtypes[0] : dtypes.join(", "),
  };
}
