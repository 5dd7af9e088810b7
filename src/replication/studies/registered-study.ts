/**
 * The populations that a figure's notebook speaks of, on both sets of images of the registration; and where some of them
 * are not trained yet, the first wave's of the same names, which were trained before any claim was registered.
 */
import { escapeMarkdown } from "../../base/escape-markdown.js";
import { expectOptions } from "../../base/expect-options.js";
import { expectList, expectText } from "../../base/expect.js";
import type { Population } from "../../populations/population.js";
import { later } from "../../base/node/later.js";
import { say } from "../../base/say.js";
import type { Registration } from "../registration/registration.js";
import { type RegisteredDataset, registeredDatasets } from "../registration/registered-datasets.js";
import { FIRST_WAVE, Study, study, studyBeside, type StudyOptions, studyKinds } from "./study.js";

const folders = later<typeof import("./populations-folder.js")>(import.meta.url, "./populations-folder.js");
const rows = later<typeof import("../registration/registered-population.js")>(
  import.meta.url,
  "../registration/registered-population.js",
);
const registrations = later<typeof import("../registration/registration.js")>(
  import.meta.url,
  "../registration/registration.js",
);

/** How titles call the sets of images. */
export const imageTitles: Readonly<Record<RegisteredDataset, string>> = {
  procedural: "procedural images",
  "fashion-mnist": "Fashion-MNIST",
};

/** What a set of images lacks of what is registered. */
export interface Withheld {
  readonly images: string;
  /** Not trained at all, with the number of networks that are registered. */
  readonly missing: ReadonlyMap<string, number>;
  /** What is there and gives no verdict, in words: `AnyNetXD has 8 of 250 registered networks`. */
  readonly problems: readonly string[];
}

export interface RegisteredStudyOptions extends StudyOptions {
  /** The registration. Default: the package's `data/claims.json`. */
  readonly file?: string;
}

/** Populations of the same names, one study per set of images. */
export class RegisteredStudy {
  /** One for each set of images that has any of the populations; the first wave's last, where it is needed. */
  readonly parts: readonly Study[];
  /** What verdicts are withheld for, one per set of images that is not whole. */
  readonly withheld: readonly Withheld[];

  constructor(parts: readonly Study[], withheld: readonly Withheld[]) {
    this.parts = parts;
    this.withheld = withheld;
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
    expectText("titled", "a title", title);
    return `${title}; ${this.regime}`;
  }

  /** The parts' tables, and what verdicts are withheld for. */
  toMarkdown(): string {
    return this.#words(part => part.toMarkdown(), escapeMarkdown);
  }

  #words(table: (part: Study) => string, escaped: (text: string) => string): string {
    const tables = this.parts.map(part => {
      if (part.images === undefined) return table(part);
      const aside =
        part.images === FIRST_WAVE
          ? ", trained before anything was registered; no registered claim rests on it"
          : "";
      return `**${part.images}**${aside}\n\n${table(part)}`;
    });
    // What both sets of images lack is said once.
    const lacks = new Map<string, string[]>();
    for (const { images, missing } of this.withheld) {
      const names = [...missing].map(([name, n]) => `${name} (${n} networks)`).join(", ");
      if (names !== "") lacks.set(names, [...(lacks.get(names) ?? []), images]);
    }
    const lines = [
      ...[...lacks].map(
        ([names, images]) => `- On ${images.join(" and ")} not trained yet, of what is registered: ${names}.`,
      ),
      ...this.withheld.flatMap(({ images, problems }) =>
        problems.length === 0 ? [] : [`- On ${images} ${escaped(problems.join("; "))}.`],
      ),
    ];
    const rest = lines.length > 0 ? [[...lines, "", "Verdicts on these are withheld."].join("\n")] : [];
    return [...tables, ...rest].join("\n\n");
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const plain = (part: Study) => {
      const shown = part as unknown as Record<symbol, () => Record<string, string>>;
      return shown[Symbol.for("Jupyter.display")]()["text/plain"];
    };
    return { "text/markdown": this.toMarkdown(), "text/plain": this.#words(plain, text => text) };
  }
}

/**
 * Opens the registered populations of these names; with `fresh` trains small ones instead, as `study` does. Those that are
 * not what is registered, of another regime or with rows of other trials, are not shown but named.
 *
 * @param names of registered populations
 * @throws RegistrationError if the registration cannot be used
 * @example
 * ```ts
 * const both = await registeredStudy(["AnyNetXC", "AnyNetXD"]);
 * both.parts.map(({ size }) => size); // => [2, 2]
 * ```
 */
export async function registeredStudy(
  names: readonly string[],
  options: RegisteredStudyOptions = {},
): Promise<RegisteredStudy> {
  expectList("registeredStudy", "names", names);
  expectOptions("registeredStudy", options, { ...studyKinds, file: "text?" });
  const {
    fresh = process.env.FRESH === "1",
    folder = folders().populationsFolder(),
    file = registrations().registrationFile,
    ...rest
  } = options;
  const firstWaves = { ...rest, fresh, folder };
  const registration = registrations().readRegistration(file);
  const { populations } = registration;
  const unknown = names.findIndex(name => typeof name !== "string" || !Object.hasOwn(populations, name));
  if (unknown >= 0) {
    throw new RangeError(
      `registeredStudy: expected names of registered populations, ${Object.keys(populations).join(", ")}, got ${say(names[unknown])}`,
    );
  }
  if (fresh) return new RegisteredStudy([await study(names, firstWaves)], []);
  const found = await Promise.all(
    registeredDatasets.map(dataset => partOf(registration, dataset, names, folder)),
  );
  const parts = found.map(({ part }) => part).filter(({ size }) => size > 0);
  const withheld = found
    .map(each => each.withheld)
    .filter(({ missing, problems }) => missing.size + problems.length > 0);
  if (found.every(({ part }) => part.size === names.length)) return new RegisteredStudy(parts, withheld);
  // Names that say more than a space, such as a resolution, are of the registration alone.
  const own = names.filter(
    name => typeof populations[name].space !== "string" || populations[name].space === name,
  );
  const firstWave = await studyBeside(names, own, { ...firstWaves, images: FIRST_WAVE });
  return new RegisteredStudy([...parts, firstWave], withheld);
}

async function partOf(
  registration: Registration,
  dataset: RegisteredDataset,
  names: readonly string[],
  folder: string,
): Promise<{ readonly part: Study; readonly withheld: Withheld }> {
  const found = new Map<string, Population>();
  const missing = new Map<string, number>();
  const problems: string[] = [];
  for (const name of names) {
    const { first, problem } = await rows().registeredPopulation(registration, dataset, name, folder);
    if (first && first.length > 0) found.set(name, first);
    if (problem === `${name} is missing`) missing.set(name, registration.populations[name].n);
    else if (problem !== undefined) problems.push(problem);
  }
  const images = imageTitles[dataset];
  return { part: new Study(found, new Map(), images, names), withheld: { images, missing, problems } };
}
