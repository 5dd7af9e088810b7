/**
 * NAS-Bench-201's accuracies as a CSV: a row for each cell, `arch` with the cell as the benchmark writes it, and columns
 * `<dataset>-test` and `<dataset>-val` with top-1 accuracies in per cent. The benchmark itself (Dong and Yang, ICLR 2020;
 * github.com/D-X-Y/NATS-Bench) is published as Python archives of which such tables are made.
 */
import { countArchitecture } from "../../architectures/count-architecture.js";
import { nasBench201, nasBench201Family } from "../../architectures/nas-bench-201/family.js";
import { say } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { quoteShort } from "../../tables/column.js";
import { checkOptions, type ReadOptions } from "../../tables/files/read-options.js";
import { readTableAs } from "../../tables/files/table-file.js";
import { pathOf } from "../../tables/files/table-path.js";
import { TableError } from "../../tables/table-error.js";
import { type Row, type Table, tableOf } from "../../tables/table.js";
import { errorOf } from "./accuracy.js";

/** What the networks were trained on, by what columns call it; ours, classes, and the images' height and width. */
const datasets = {
  cifar10: { columns: /^cifar-?10$/i, classes: 10, resolution: 32 },
  cifar100: { columns: /^cifar-?100$/i, classes: 100, resolution: 32 },
  imagenet16: { columns: /^image-?net(?:16)?(?:-120)?$/i, classes: 120, resolution: 16 },
} as const;

type DatasetName = keyof typeof datasets;
const datasetNames = Object.keys(datasets) as DatasetName[];

/** What the file does not say. */
export interface NasBench201ReadOptions extends ReadOptions {
  /**
   * Whose accuracies `error` and `validationError` are, and for whose classes and images networks are counted: CIFAR-10,
   * CIFAR-100 or ImageNet16-120. Default `"cifar10"`, or the first that the file has.
   */
  readonly dataset?: DatasetName;
  /** How many epochs the networks were trained for: the benchmark has tables for 12 and for 200. Default: unknown. */
  readonly epochs?: number;
}

/** The dataset and the split of a column. */
function measureOf(column: string): { dataset: DatasetName; isTest: boolean } | undefined {
  const [, name, split] = /^(.*?)[-_ ]?(test|val|valid|validation)$/i.exec(column) ?? [];
  const dataset = datasetNames.find(key => datasets[key].columns.test(name ?? ""));
  return dataset && { dataset, isTest: /test/i.test(split) };
}

/** Whether these are the columns of such a table. */
export const isNasBench201 = (names: readonly string[]): boolean =>
  names.includes("arch") && names.some(name => measureOf(name)?.isTest);

/**
 * Reads a table of NAS-Bench-201 in our vocabulary: `name` is the cell (`zoo(name).architecture` its network), `error` and
 * `validationError` are those of one dataset, `<dataset>Error` and `<dataset>ValidationError` of all. Networks are counted
 * here, since the table has no costs; the columns of the family follow.
 *
 * Test and validation accuracies of CIFAR-10 come from two trainings, on all and on half of the training images [inferred,
 * from the benchmark's code].
 *
 * @throws TableError naming the row and the value that is no cell, or no accuracy in per cent
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 *
 * const cell = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_1x1~2|";
 * writeFileSync("cells.csv", `arch,cifar10-test,cifar10-val\n${cell},93.25,90.5\n`);
 * const [first] = (await readNasBench201("cells.csv", { epochs: 12 })).rows;
 * [first.error, first.validationError, first.params]; // => [6.75, 9.5, 344346]
 * ```
 */
export async function readNasBench201(
  source: string | URL,
  options: NasBench201ReadOptions = {},
): Promise<Table> {
  const fn = "readNasBench201";
  const file = pathOf(fn, source);
  const { dataset, epochs, ...how } = options ?? {};
  checkOptions(fn, options === null ? options : how);
  if (dataset !== undefined && !datasetNames.includes(dataset)) {
    throw new TableError(`${fn}: dataset must be one of ${datasetNames.join(", ")}, got ${say(dataset)}`);
  }
  if (epochs !== undefined && !(Number.isInteger(epochs) && epochs > 0)) {
    throw new TableError(`${fn}: epochs must be a positive integer, got ${say(epochs)}`);
  }
  const table = await readTableAs(fn, file, how);
  if (isNasBench201(table.names)) return fromNasBench201(fn, table, { dataset, epochs });
  throw new TableError(
    `${fn}: expected a table with arch and accuracies such as cifar10-test, got the columns ${table.names.join(", ")} in ${file}`,
  );
}

/** A table with the benchmark's columns in our vocabulary. */
export function fromNasBench201(
  fn: string,
  table: Table,
  { dataset: asked, epochs }: Pick<NasBench201ReadOptions, "dataset" | "epochs"> = {},
): Table {
  const errors = new Map<string, Float64Array>();
  const measured = new Set<DatasetName>();
  for (const name of table.names) {
    const measure = measureOf(name);
    if (!measure) continue;
    const { dataset, isTest } = measure;
    const column = `${dataset}${isTest ? "" : "Validation"}Error`;
    if (errors.has(column))
      throw new TableError(`${fn}: expected one column of each kind, got a second as ${quoteShort(name)}`);
    errors.set(column, errorsOf(fn, name, table));
    if (isTest) measured.add(dataset);
  }
  const dataset = asked ?? datasetNames.find(name => measured.has(name))!;
  if (!measured.has(dataset)) {
    throw new TableError(
      `${fn}: expected accuracies of ${dataset}, got those of ${[...measured].join(", ")}; choose another dataset`,
    );
  }
  const { classes, resolution } = datasets[dataset];
  const others = table.names.filter(name => name !== "arch" && measureOf(name) === undefined);
  const columns = others.map(name => [name, table.values(name)] as const);
  const known = new Map<string, number>();
  let repeated = 0;
  const rows = table.texts("arch").map((text, i): Row => {
    const architecture = cellIn(fn, text, i, { classes, resolution });
    if (known.has(text)) repeated++;
    known.set(text, i);
    const { flops, params, acts } = countArchitecture(architecture);
    const validation = errors.get(`${dataset}ValidationError`);
    return {
      ...Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
      name: text,
      error: errors.get(`${dataset}Error`)![i],
      ...(validation && { validationError: validation[i] }),
      ...Object.fromEntries([...errors].map(([name, values]) => [name, values[i]])),
      flops,
      params,
      acts,
      resolution,
      epochs: epochs ?? Number.NaN,
      ...nasBench201Family.parameters(architecture),
    };
  });
  const notes = [
    ...table.notes,
    ...(epochs === undefined
      ? ["the file does not say for how many epochs its networks were trained; give { epochs }"]
      : []),
    ...(repeated > 0
      ? [`${repeated} of ${rows.length} rows are of a cell that has another; all are kept`]
      : []),
  ];
  return tableOf(rows, notes);
}

function cellIn(fn: string, text: string, i: number, options: { classes: number; resolution: number }) {
  try {
    return nasBench201(text, options);
  } catch (cause) {
    if (!(cause instanceof NetworkError)) throw cause;
    const said = cause.message.replace(/^nasBench201: /, "");
    throw new TableError(`${fn}: expected a cell as arch, got ${quoteShort(text)} in row ${i + 1}: ${said}`, {
      cause,
    });
  }
}

/** Rows from which on accuracies of at most 1 are taken for fractions: a few may be of networks that learned nothing. */
const MANY = 20;

/** Errors in per cent, of accuracies in per cent; NaN where there is none. */
function errorsOf(fn: string, name: string, table: Table): Float64Array {
  const accuracies = table.column(name);
  const odd = accuracies.findIndex(accuracy => accuracy < 0 || accuracy > 100);
  if (odd >= 0) {
    throw new TableError(
      `${fn}: expected accuracies from 0 to 100 %, got ${accuracies[odd]} as ${name} in row ${odd + 1}`,
    );
  }
  if (accuracies.length >= MANY && accuracies.every(accuracy => !(accuracy > 1))) {
    throw new TableError(
      `${fn}: expected accuracies in per cent, got none above 1 as ${name}; multiply fractions by 100`,
    );
  }
  return Float64Array.from(accuracies, errorOf);
}
