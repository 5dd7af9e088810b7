/**
 * The populations that a figure's notebook speaks of, on both sets of images of the registration; and where some of them
 * are not trained yet, the first wave's of the same names, which were trained before any claim was registered.
 */
import { join } from "node:path";
import { expectFields, expectList } from "../base/expect.js";
import type { Population } from "../populations/population.js";
import { openPopulationNamed, populationsFolder } from "./population-by-name.js";
import { type RegisteredDataset, registeredDatasets } from "./registration-schema.js";
import { FIRST_WAVE, Study, study, type StudyOptions } from "./study.js";

/** How titles call the sets of images. */
export const imageTitles: Readonly<Record<RegisteredDataset, string>> = {
  procedural: "procedural images",
  "fashion-mnist": "Fashion-MNIST",
};

/** Populations of the same names, one study a set of images. */
export class RegisteredStudy {
  /** One for each set of images that has any of the populations; the first wave's last, where it is needed. */
  readonly parts: readonly Study[];
  /** Registered names that a set of images does not have yet. */
  readonly missing: readonly { readonly images: string; readonly names: readonly string[] }[];

  constructor(parts: readonly Study[], missing: RegisteredStudy["missing"]) {
    this.parts = parts;
    this.missing = missing;
  }

  /** The regimes in words: `procedural images and Fashion-MNIST: networks of 4–8 MF, 12 epochs of 10,000`. */
  get regime(): string {
    const images = new Map<string, string[]>();
    for (const part of this.parts) {
      const words = part.images === undefined ? part.regime : part.regimeApart;
      const of = images.get(words) ?? [];
      images.set(words, [...of, ...(part.images === undefined ? [] : [part.images])]);
    }
    return [...images]
      .map(([words, on]) => (on.length === 0 ? words : `${on.join(" and ")}: ${words}`))
      .join("; ");
  }

  /** A figure's title, with the regimes. */
  titled(title: string): string {
    return `${title}; ${this.regime}`;
  }

  /** The parts' tables, and what is not trained yet. */
  toMarkdown(): string {
    return this.#words(part => part.toMarkdown());
  }

  #words(table: (part: Study) => string): string {
    const tables = this.parts.map(part => {
      const heading = part.images === undefined ? [] : [`**${part.images}**`, ""];
      return [...heading, table(part)].join("\n");
    });
    const missing = this.missing.map(
      ({ images, names }) =>
        `- Registered and not trained yet on ${images}: ${names.join(", ")}. Verdicts on them are withheld.`,
    );
    return [...tables, ...(missing.length > 0 ? [missing.join("\n")] : [])].join("\n\n");
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const plain = (part: Study) => {
      const shown = part as unknown as Record<symbol, () => Record<string, string>>;
      return shown[Symbol.for("Jupyter.display")]()["text/plain"];
    };
    return { "text/markdown": this.toMarkdown(), "text/plain": this.#words(plain) };
  }
}

/**
 * Opens the registered populations of these names; with `fresh` trains small ones instead, as `study` does.
 *
 * @param names of registered populations
 */
export async function registeredStudy(
  names: readonly string[],
  options: StudyOptions = {},
): Promise<RegisteredStudy> {
  expectList("registeredStudy", "names", names);
  expectFields("registeredStudy", "options", options, { folder: "text?", n: "number?", images: "text?" });
  const { fresh = process.env.FRESH === "1", folder = populationsFolder() } = options;
  if (fresh) return new RegisteredStudy([await study(names, options)], []);
  const parts = await Promise.all(registeredDatasets.map(dataset => partOf(dataset, names, folder)));
  const missing = parts
    .filter(part => part.missing.size > 0)
    .map(part => ({ images: part.images!, names: [...part.missing.keys()] }));
  const trained = parts.filter(({ size }) => size > 0);
  if (missing.length === 0) return new RegisteredStudy(trained, []);
  const firstWave = await study(names, { ...options, images: FIRST_WAVE });
  return new RegisteredStudy([...trained, firstWave], missing);
}

async function partOf(dataset: RegisteredDataset, names: readonly string[], folder: string): Promise<Study> {
  const found = new Map<string, Population>();
  const missing = new Map<string, string>();
  for (const name of names) {
    try {
      const population = await openPopulationNamed(join(folder, dataset), name);
      if (population) found.set(name, population);
      else missing.set(name, "not trained yet");
    } catch (error) {
      missing.set(name, (error as Error).message);
    }
  }
  return new Study(found, missing, imageTitles[dataset]);
}
