/**
 * The populations that a figure's notebook speaks of, by name: the shipped ones, or fresh ones that it trains. What is
 * missing is said, with how to get it, and the notebook continues without.
 */
import { expectList, expectText } from "../../base/expect.js";
import { expectOptions, type OptionKinds } from "../../base/expect-options.js";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { NamedErrors } from "../../figures/panels/edf-panel.js";
import { escapeMarkdown } from "../../base/escape-markdown.js";
import { say } from "../../base/say.js";
import type { Compared } from "../../populations/compare-pair.js";
import type { Population } from "../../populations/population.js";
import type { SweepSpec } from "../../trials/spec.js";
import { later } from "../../base/node/later.js";
import { type Asked, completes } from "../../notebook/completes.js";

const extents = later<typeof import("../../base/extent.js")>(import.meta.url, "../../base/extent.js");
const folders = later<typeof import("./populations-folder.js")>(import.meta.url, "./populations-folder.js");
const selection = later<typeof import("../../trials/selection-error.js")>(
  import.meta.url,
  "../../trials/selection-error.js",
);
const regimes = later<typeof import("../registration/regime.js")>(
  import.meta.url,
  "../registration/regime.js",
);
const distributions = later<typeof import("../../statistics/edf.js")>(
  import.meta.url,
  "../../statistics/edf.js",
);
const progress = later<typeof import("../../trials/runner/progress.js")>(
  import.meta.url,
  "../../trials/runner/progress.js",
);
const opening = later<typeof import("./population-by-name.js")>(import.meta.url, "./population-by-name.js");
const specs = later<typeof import("../../trials/spec-file.js")>(import.meta.url, "../../trials/spec-file.js");
const sweeps = later<typeof import("../../sweeps/sweep.js")>(import.meta.url, "../../sweeps/sweep.js");

const shippedOnes = later<typeof import("../../populations/shipped.js")>(
  import.meta.url,
  "../../populations/shipped.js",
);

export interface StudyOptions {
  /** Train small populations afresh, in `runs/fresh/`. Default: whether the environment has `FRESH=1`. */
  readonly fresh?: boolean;
  /** Networks of each fresh population. Default: the environment's `FRESH_N`, else 8. */
  readonly n?: number;
  /** What they were trained on, in words, where studies are shown together. */
  readonly images?: string;
  /** The folder of the populations. Default: the environment's `NETSPACE_POPULATIONS`, else the package's `data/populations`. */
  readonly folder?: string;
}

export const studyKinds: OptionKinds<StudyOptions> = {
  fresh: "boolean?",
  n: "number?",
  images: "text?",
  folder: "text?",
};

/** What titles call the populations that were trained before any claim was registered. */
export const FIRST_WAVE = "first wave";

const takesNames = new Set(["population", "errors", "column", "ranked"]);

/** Some populations, found or missing. */
export class Study {
  readonly #found: ReadonlyMap<string, Population>;
  /** Why a population is not there, by name. */
  readonly missing: ReadonlyMap<string, string>;
  /** What they were trained on, for titles, where studies are shown together: `Fashion-MNIST`. */
  readonly images: string | undefined;

  /** Names that may be asked for besides, since another part of a study has them. */
  readonly #others: readonly string[];

  constructor(
    found: ReadonlyMap<string, Population>,
    missing: ReadonlyMap<string, string>,
    images?: string,
    others: readonly string[] = [],
  ) {
    this.#found = found;
    this.missing = missing;
    this.images = images;
    this.#others = others;
  }

  /** Its methods take populations by their names, which only a study knows: whoever completes texts asks it. */
  [Symbol.for("Jupyter.completions")]({ method, field }: Asked): string[] | undefined {
    return method !== undefined && field === undefined && takesNames.has(method) ? this.#names : undefined;
  }

  get #names(): string[] {
    return [...new Set([...this.#found.keys(), ...this.missing.keys(), ...this.#others])];
  }

  /** How many of the populations are there. */
  get size(): number {
    return this.#found.size;
  }

  /**
   * The population of that name, if it is there; `""` is none.
   *
   * @throws RangeError for a name that the study was not asked for, with those that it was
   */
  population(name: string): Population | undefined {
    const found = this.#found.get(name);
    if (found || this.missing.has(name) || this.#others.includes(name) || name === "") return found;
    const names = this.#names.join(", ");
    throw new RangeError(
      `study: expected one of its populations, ${names || "of which there are none"}, got ${say(name)}; name it in study([…])`,
    );
  }

  /** A population's errors under a name for legends, with what it was trained by and on; none if it is missing. */
  errors(name: string, label = name): NamedErrors & Compared & { readonly images?: string } {
    const spec = this.population(name)?.spec;
    const images = this.images === undefined ? {} : { images: this.images };
    return { name: label, errors: this.column(name, "error"), ...(spec && { spec }), ...images };
  }

  /** A column of a population; none if the population is missing. */
  column(name: string, column: string): number[] {
    const population = this.population(name);
    return population && population.length > 0 ? population.column(column) : [];
  }

  /**
   * A population's networks with their architectures, the best by validation (else by test) error first; none if it is
   * missing.
   */
  ranked(name: string): Population["members"][number][] {
    const { bySelection } = selection();
    return [...(this.population(name)?.members ?? [])].sort((a, b) => bySelection(a.row, b.row));
  }

  /** The regime in words, for titles: `networks of 2–4 MF on 32 × 32 procedural images, 8 epochs`. */
  get regime(): string {
    const [first] = this.#found.values();
    return first ? regimes().regimeWords(first.spec) : "no population yet";
  }

  /** The same without what they are trained on, if `images` says that; the first wave's is given in full. */
  get regimeApart(): string {
    const [first] = this.#found.values();
    if (!first) return "no population yet";
    return regimes().regimeWords(first.spec, { images: this.images === FIRST_WAVE });
  }

  /** A panel's title, with what the networks were trained on. */
  titled(title: string): string {
    expectText("titled", "a title", title);
    return this.images === undefined ? title : `${this.images}: ${title}`;
  }

  /** How many networks, from the smallest population to the largest: `n = 128`, `n = 64 to 128`. */
  get count(): string {
    const sizes = [...this.#found.values()].map(({ length }) => length);
    if (sizes.length === 0) return "n = 0";
    const [low, high] = extents().extent(sizes);
    return low === high ? `n = ${low}` : `n = ${low} to ${high}`;
  }

  /** One line per population, and what is missing. */
  toMarkdown(): string {
    return this.#words(escapeMarkdown);
  }

  /** @param escaped what names and reasons are written as: they come from data and from errors */
  #words(escaped: (text: string) => string): string {
    const lines = [...this.#found].map(([name, population]) => {
      if (population.length === 0) return `| ${escaped(name)} | 0 of ${population.spec.n} | – | – | – |`;
      const { min, mean, n } = distributions().edf(population.errors);
      const diverged = population.rows.filter(({ status }) => status === "diverged").length;
      const hours = population.column("seconds").reduce((a, b) => a + b, 0) / 3600;
      const range = `[${min.toFixed(1)} \\| ${mean.toFixed(1)}]`;
      return `| ${escaped(name)} | ${n} of ${population.spec.n} | ${range} | ${diverged} | ${hours.toFixed(1)} |`;
    });
    const table =
      lines.length === 0
        ? []
        : [
            `Regime: ${escaped(this.regime)}.`,
            "",
            "| population | trained | errors [min \\| mean], % | diverged | training, core hours |",
            "| --- | ---: | ---: | ---: | ---: |",
            ...lines,
          ];
    // One line a reason: often it is the same for all.
    const gone = [...new Set(this.missing.values())].map(why => {
      const those = [...this.missing].filter(entry => entry[1] === why).map(([name]) => name);
      return `- Missing: **${those.map(escaped).join(", ")}**: ${escaped(why)}`;
    });
    return [...table, ...(table.length > 0 && gone.length > 0 ? [""] : []), ...gone].join("\n");
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/markdown": this.toMarkdown(), "text/plain": this.#words(text => text) };
  }
}

/**
 * Opens the populations of these names, or with `fresh` trains small ones.
 *
 * @param names of files of `data/populations`; those of spaces can be trained afresh
 * @example
 * ```ts
 * const spaces = await study(["AnyNetXA", "AnyNetXE"]);
 * spaces.count; // => "n = 128"
 * edf(spaces.errors("AnyNetXE").errors).mean; // ≈ 40
 * ```
 */
export function study(names: readonly string[], options: StudyOptions = {}): Promise<Study> {
  return studyBeside([], names, options);
}

/** A study of which other names may be asked for, too: those that another part of it has. */
export async function studyBeside(
  others: readonly string[],
  names: readonly string[],
  options: StudyOptions,
): Promise<Study> {
  expectList("study", "names", names);
  expectOptions("study", options, studyKinds);
  const { fresh = process.env.FRESH === "1", n = Number(process.env.FRESH_N ?? 8) } = options;
  const folder = options.folder ?? folders().populationsFolder();
  const found = new Map<string, Population>();
  const missing = new Map<string, string>();
  for (const name of names) {
    try {
      const kept = await opening().openPopulationNamed(folder, name);
      if (fresh) found.set(name, await trainFresh(name, n, folder));
      else if (kept) found.set(name, kept);
      else missing.set(name, `not in data/populations; ${REMEDY}`);
    } catch (error) {
      missing.set(name, `${(error as Error).message}; ${REMEDY}`);
    }
  }
  return new Study(found, missing, options.images, others);
}

const REMEDY =
  "a checkout of the repository has the shipped ones, and FRESH=1 trains a small one of any space by name";

/** Trains a small population; one that was begun before resumes by its own spec. */
function trainFresh(name: string, n: number, folder: string): Promise<Population> {
  const out = resolve("..", "runs", "fresh", name);
  const begun = existsSync(join(out, "spec.json")) ? specs().readSpec(out) : undefined;
  return sweeps().sweep(begun ?? freshSpec(name, n, folder), { out, onProgress: progress().printProgress });
}

/** The first n networks of the spec next to the shipped populations; otherwise n networks in their regime. */
export function freshSpec(name: string, n: number, folder: string): SweepSpec {
  const shipped = join(folder, `${name}.sweep.json`);
  const spec = existsSync(shipped)
    ? (JSON.parse(readFileSync(shipped, "utf8")) as SweepSpec)
    : { ...regimes().tinyRegime, space: name, trainingSeed: "own" as const };
  return { ...spec, n };
}

completes(study, () => shippedOnes().shippedPopulations());
