/**
 * The published zoo: the networks the paper prints or compares with, as architectures.
 *
 * Their numbers live in `data/published-networks.json`, with their sources; this module only turns them into
 * architectures. RegNets come out of the quantised linear rule, not out of a list of widths.
 */
import file from "#published-networks";
import { say } from "../base/say.js";
import type { Complexity } from "../networks/complexity.js";
import { completes } from "../notebook/completes.js";
import type { Architecture } from "./anynet/architecture.js";
import { USUAL_RESOLUTION } from "./build.js";
import { namedArchitecture } from "./families.js";
import type { CellNetwork } from "./cells/network.js";
import type { AnyArchitecture } from "./family.js";
import { type PublishedAnyNet, publishedAnyNet } from "./regnet/published.js";
import { shownEntry } from "./shown-entry.js";
import { reviveArchitecture } from "./stored.js";

/** What was published about a network, as far as it was. */
export interface PublishedFacts {
  /** ImageNet top-1 and top-5 error, per cent. */
  readonly top1Error?: number;
  readonly top5Error?: number;
  /** CIFAR-10 test error, per cent. */
  readonly cifar10Error?: number;
  /** Multiply-adds, billions. */
  readonly flopsG?: number;
  readonly paramsM?: number;
  readonly actsM?: number;
  /** Of a batch of 64 on one V100, ms. */
  readonly inferenceMs?: number;
  readonly trainStepMs?: number;
  readonly trainBatch?: number;
  /** Where it was published, if not where the file says for all. */
  readonly source?: string;
}

/** What pycls publishes of each of its networks. */
export interface PyclsFacts extends PublishedFacts {
  readonly top1Error: number;
  readonly flopsG: number;
  readonly paramsM: number;
  readonly actsM: number;
  readonly inferenceMs: number;
  readonly trainStepMs: number;
  readonly trainBatch: number;
}

/** Names of the zoo's networks of cells begin so. */
export type CellNetworkName = `${"NASNet" | "PNASNet" | "AmoebaNet" | "DARTS" | "ENAS-micro"}-${string}`;

/** One network of the zoo. */
export interface ZooEntry<A extends AnyArchitecture = Architecture> {
  readonly architecture: A;
  /** Height and width of its images, pixels. */
  readonly resolution: number;
  readonly published: [A] extends [Architecture] ? PyclsFacts : PublishedFacts;
  /** The authors' exact integers, where they printed them; see `source` in what is published, or that of the file. */
  readonly exact?: [A] extends [Architecture] ? Complexity : Partial<Complexity>;
}

/**
 * An entry as the data file has it: an AnyNet's numbers, or another family's name and what its `fromJson` reads.
 */
type Row = (PublishedAnyNet | { readonly family: string; readonly of: object }) & {
  readonly resolution: number;
  readonly published: PublishedFacts;
  readonly exact?: Partial<Complexity>;
};

const rows = new Map(Object.entries(file.networks as Readonly<Record<string, Row>>));

/** The names of the zoo's networks, by family and rising flops. */
export const zooNames = (): string[] => [...rows.keys()];

/**
 * A published network by name, for example `"RegNetX-3.2GF"`, `"ResNet-50"` or `"EfficientNet-B0"`; or the network of a
 * text that a family reads, such as a cell of NAS-Bench-201, `"|nor_conv_3x3~0|+|…"`, or a code of NAS-Bench-Macro,
 * `"22212220"`, of which nothing is published here.
 *
 * @throws RangeError for a name the zoo does not have, with the names nearest to it
 * @throws NetworkError for a text that a family reads, and that names no network
 * @example
 * ```ts
 * zoo("RegNetX-3.2GF").published.paramsM; // => 15.3
 * ```
 */
export function zoo(name: CellNetworkName): ZooEntry<CellNetwork>;
export function zoo<A extends AnyArchitecture = Architecture>(name: string): ZooEntry<A>;
export function zoo(name: string): ZooEntry<AnyArchitecture> {
  if (typeof name !== "string") {
    throw new RangeError(`zoo: expected the name of a network, got ${say(name)}; zooNames() lists them`);
  }
  const row = rows.get(name);
  if (!row) {
    const architecture = namedArchitecture("zoo", name);
    if (architecture) {
      const { resolution = USUAL_RESOLUTION } = architecture;
      return shownEntry({ architecture, resolution, published: {} });
    }
    const family = name.split("-")[0].toLowerCase();
    const near = zooNames().filter(known => known.toLowerCase().startsWith(family));
    const known = near.length > 0 ? near : zooNames();
    throw new RangeError(`zoo: unknown network ${say(name)}; known are ${known.join(", ")}`);
  }
  const { resolution, published, exact } = row;
  return shownEntry({ architecture: architectureOf(name, row), resolution, published, exact });
}

completes(zoo, zooNames);

/** The architecture that an entry of the data file describes. */
export const architectureOf = (
  name: string,
  row: PublishedAnyNet | { readonly family: string; readonly of: object },
): AnyArchitecture =>
  "family" in row ? reviveArchitecture({ ...row.of, name, family: row.family }) : publishedAnyNet(name, row);
