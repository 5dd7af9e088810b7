/**
 * The numbers that the paper prints, by figure and table, from `data/paper-numbers.json` (which names its source).
 * Numbers that could only be read off a plot are under `read`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectText } from "../base/expect.js";
import { packageRoot } from "../base/node/paths.js";

/** [least, mean] top-1 error of a population, per cent: what the legends of the paper's EDFs say. */
export type ErrorRange = readonly [min: number, mean: number];

/** A network's row in one of the paper's tables. */
export interface PrintedNetwork {
  readonly flopsG: number;
  readonly paramsM: number;
  readonly actsM: number;
  /** Batch of the training. */
  readonly batch?: number;
  /** For 64 images on one V100. */
  readonly inferenceMs: number;
  /** 100 epochs on 8 V100. */
  readonly trainingHours: number;
  /** ImageNet top-1, per cent: mean and standard deviation of five trainings. */
  readonly error: number;
  readonly deviation: number;
  /** What the network's own authors report. */
  readonly originalError?: number;
  /** What the legend of Figure 15 or 16 says: a single training. */
  readonly legendError?: number;
}

/** A sampled network as Figures 6 and 8 print it. */
export interface PrintedSample {
  readonly depths: readonly number[];
  readonly widths: readonly number[];
  readonly groupWidth: number;
  readonly bottleneck: number;
  readonly error: number;
}

interface ReadInterval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

type ByName<T> = Readonly<Record<string, T>>;
interface Measured {
  readonly error: number;
  readonly deviation: number;
}

export interface PaperNumbers {
  readonly source: string;
  readonly errorRanges: Readonly<
    Record<"fig02" | "fig05" | "fig07" | "fig09" | "fig10" | "fig13" | "fig14" | "fig23", ByName<ErrorRange>>
  >;
  readonly fig02: { readonly read: { readonly depth: ReadInterval; readonly w4: ReadInterval } };
  readonly fig05: { readonly bottleneck: ReadInterval };
  readonly fig06: { readonly good: readonly PrintedSample[]; readonly bad: readonly PrintedSample[] };
  readonly fig08: {
    readonly networks: readonly (PrintedSample & {
      readonly fit: { readonly w0: number; readonly wa: number; readonly wm: number };
    })[];
    readonly read: {
      readonly bestFitError: ByName<number>;
      readonly greatestFitError: ByName<number>;
      readonly fig06FitErrors: readonly { readonly error: number; readonly fitError: number }[];
    };
  };
  readonly fig11: {
    readonly read: Readonly<
      Record<"flopsG" | "depth" | "bottleneck" | "wm" | "groupWidth" | "wa" | "w0", readonly number[]>
    >;
  };
  readonly fig12: {
    readonly correlation: { readonly flops: number; readonly acts: number };
    readonly trends: Readonly<Record<"acts" | "params" | "time", string>>;
  };
  readonly fig15: ByName<PrintedNetwork>;
  readonly fig16: ByName<PrintedNetwork>;
  readonly table2: ByName<{ readonly flopsG: number; readonly paramsM?: number; readonly error: number }>;
  readonly table3: {
    readonly networks: ByName<PrintedNetwork>;
    readonly byActivations: readonly (readonly string[])[];
    readonly byFlops: readonly (readonly string[])[];
  };
  readonly table4: {
    readonly networks: ByName<PrintedNetwork>;
    readonly pairs: readonly (readonly [efficientNet: string, regNetY: string])[];
  };
  readonly table5: ByName<Measured>;
  readonly table6: ByName<Measured>;
  readonly table7: readonly {
    readonly epochs: number;
    readonly enhancements: string;
    readonly error: number;
  }[];
}

let numbers: PaperNumbers | undefined;

/**
 * The paper's numbers, read once.
 *
 * @example
 * ```ts
 * paperNumbers().errorRanges.fig09.RegNetX; // => [38.2, 41]
 * ```
 */
export function paperNumbers(): PaperNumbers {
  const file = join(packageRoot, "data", "paper-numbers.json");
  return (numbers ??= JSON.parse(readFileSync(file, "utf8")) as PaperNumbers);
}

/**
 * A network of Figures 15 and 16 or of Tables 3 and 4, as printed.
 *
 * @example
 * ```ts
 * printedNetwork("RegNetX-200MF")?.error; // => 31.1
 * ```
 */
export function printedNetwork(name: string): PrintedNetwork | undefined {
  expectText("printedNetwork", "a network's name", name);
  const { fig15, fig16, table3, table4 } = paperNumbers();
  return fig15[name] ?? fig16[name] ?? table3.networks[name] ?? table4.networks[name];
}
