/**
 * NAS-Bench-Macro's table (github.com/xiusu/NAS-Bench-Macro, the table for CIFAR-10): an object with an entry
 * for each code, its test accuracies of several trainings on CIFAR-10, their mean and standard deviation, params and flops.
 */
import { countArchitecture } from "../../architectures/count-architecture.js";
import { nasBenchMacro, nasBenchMacroFamily } from "../../architectures/nas-bench-macro/family.js";
import { sayData } from "../../base/say.js";
import { NetworkError } from "../../networks/shapes.js";
import { quoteShort } from "../../tables/column.js";
import { jsonIn } from "../../tables/files/json/json-table.js";
import { pathOf, requireReadable } from "../../tables/files/table-path.js";
import { TableError } from "../../tables/table-error.js";
import { type Row, type Table, tableOf } from "../../tables/table.js";
import { isRecord } from "../../trials/vocabulary.js";
import { errorOf } from "./accuracy.js";

/** The benchmark's regime, where a table does not say otherwise. */
const EPOCHS = 50;

type Entry = Readonly<Record<string, unknown>> & { readonly test_acc: readonly unknown[] };

const entriesIn = (data: unknown): [string, unknown][] =>
  data instanceof Map ? [...(data as Map<string, unknown>)] : isRecord(data) ? Object.entries(data) : [];

const isEntry = (entry: unknown): entry is Entry => isRecord(entry) && Array.isArray(entry.test_acc);

/** Whether this is what the table is written as. */
export const isNasBenchMacro = (data: unknown): boolean => {
  const entries = entriesIn(data);
  return entries.some(([code, entry]) => /^\d+$/.test(code) && isEntry(entry));
};

/**
 * Reads the table in our vocabulary: `name` is the code (`zoo(name).architecture` its network), `error` the mean test error
 * of `trainings` trainings, `error1`, `error2` … those of each, `errorSd` the standard deviation that the file has. `flops`
 * are the file's with the classifier's biases, which count here; the columns of the family follow. A note tells of networks
 * whose costs are others than ours.
 *
 * @throws TableError naming the network whose code, accuracies or costs are none
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 *
 * const { flops, params } = countArchitecture(nasBenchMacro("22212220"));
 * writeFileSync("macro.json", JSON.stringify({ "22212220": { test_acc: [93, 92.5, 93.5], mean_acc: 93, std: 0.5, flops, params } }));
 * const [first] = (await readNasBenchMacro("macro.json")).rows;
 * [first.name, first.error, first.trainings]; // => ["22212220", 7, 3]
 * ```
 */
export async function readNasBenchMacro(source: string | URL): Promise<Table> {
  const fn = "readNasBenchMacro";
  const file = pathOf(fn, source);
  requireReadable(fn, file);
  const data = await jsonIn(fn, file);
  if (isNasBenchMacro(data)) return fromNasBenchMacro(fn, data);
  throw new TableError(
    `${fn}: expected NAS-Bench-Macro's table, an object of codes with test_acc, params and flops, got something else in ${file}`,
  );
}

export function fromNasBenchMacro(fn: string, data: unknown): Table {
  const entries = entriesIn(data);
  let different = 0;
  const rows = entries.map(([code, entry]): Row => {
    const problem = (expected: string, got: string, cause?: unknown) =>
      new TableError(`${fn}: network ${quoteShort(code)}: expected ${expected}, got ${got}`, { cause });
    const architecture = networkOf(code, problem);
    if (!isEntry(entry) || entry.test_acc.length === 0) {
      throw problem("{ test_acc: [accuracy, …], params, flops }", sayData(entry));
    }
    const accuracies = entry.test_acc.map(accuracy => {
      if (accuracy === null || Number.isNaN(accuracy)) return Number.NaN;
      if (typeof accuracy === "number" && accuracy >= 0 && accuracy <= 100) return accuracy;
      throw problem("accuracies from 0 to 100 %", sayData(accuracy));
    });
    const { params, flops, std } = entry;
    if (!isCount(params) || !isCount(flops)) {
      throw problem("params and flops as counts", `${sayData(params)} and ${sayData(flops)}`);
    }
    const own = countArchitecture(architecture);
    const biases = architecture.classes ?? 0;
    if (own.params !== params || own.flops !== flops + biases) different++;
    const errors = accuracies.map(errorOf);
    return {
      name: code,
      error: errors.reduce((a, b) => a + b, 0) / errors.length,
      ...Object.fromEntries(errors.map((error, i) => [`error${i + 1}`, error])),
      errorSd: typeof std === "number" ? std : Number.NaN,
      trainings: errors.length,
      flops: flops + biases,
      params,
      acts: own.acts,
      resolution: architecture.resolution ?? Number.NaN,
      epochs: EPOCHS,
      ...nasBenchMacroFamily.parameters(architecture),
    };
  });
  const note = `${different} of ${rows.length} networks have other params or flops than networks of their codes have here; the file's are kept`;
  return tableOf(rows, different > 0 ? [note] : []);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function networkOf(code: string, problem: (expected: string, got: string, cause?: unknown) => TableError) {
  try {
    return nasBenchMacro(code);
  } catch (cause) {
    if (!(cause instanceof NetworkError)) throw cause;
    throw problem("eight digits from 0 to 2", cause.message.replace(/^nasBenchMacro: /, ""), cause);
  }
}
