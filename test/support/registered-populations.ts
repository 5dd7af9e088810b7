/** Registrations with small populations of made-up errors, for tests. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import {
  readRegistration,
  type RegisteredDataset,
  registeredSweep,
  type Trial,
  type TrialRecord,
} from "netspace";
import { checkSpec } from "../../src/trials/spec.js";
import { trialsOf } from "../../src/trials/trials-of.js";
import { sweepId } from "../../src/trials/trial.js";
import { registrationFile } from "../../src/replication/registration/registration.js";
import { storeArchitecture } from "../../src/architectures/stored.js";

/** The form of the file, as far as tests change it. */
export interface ClaimsFile {
  regime: Record<string, unknown> & { recipe: Record<string, unknown> };
  datasets: Record<string, unknown>;
  families: { trained: Record<string, unknown> };
  populations: Record<
    string,
    { n: number; seed: number; repeats?: number; space: unknown; regime?: { datasets?: unknown } }
  >;
  claims: { id: string; figures: number[]; test: Record<string, unknown>; paper?: number }[];
  amendments: unknown[];
}

/** Networks of each population of `smallRegistration`. */
export const SMALL = 24;

/** The committed claims without amendments, of populations of 24 networks, in a regime that is fixed; into `folder`. */
export function smallRegistration(folder: string, change: (file: ClaimsFile) => void = () => {}): string {
  const file = JSON.parse(readFileSync(registrationFile, "utf8")) as ClaimsFile;
  file.amendments = [];
  file.regime.pilot = { date: "2030-01-01" };
  file.datasets = Object.fromEntries(
    ["procedural", "fashion-mnist"].map((name, i) => [
      name,
      { kind: "procedural", resolution: 32, train: 640, test: 100, seed: 1 + i },
    ]),
  );
  Object.assign(file.families.trained, { bestOf: 8, repeats: 4000 });
  for (const population of Object.values(file.populations)) {
    population.n = SMALL;
    // What is said of files in MNIST's format does not fit procedural images.
    delete population.regime?.datasets;
  }
  change(file);
  const path = join(folder, "claims.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify(file));
  return path;
}

/** Writes a sweep's folder with all its networks finished. @param errorOf per cent, by the network's place */
export function writePopulation(
  file: string,
  folder: string,
  dataset: RegisteredDataset,
  name: string,
  errorOf: (index: number, trial: Trial) => number,
  change: Record<string, unknown> = {},
): void {
  const spec = checkSpec({ ...registeredSweep(readRegistration(file), dataset, name), ...change });
  const out = join(folder, dataset, name);
  const log = join(out, "trials", "one.log");
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(join(out, "spec.json"), JSON.stringify(spec));
  const sweep = sweepId(spec);
  const lines = trialsOf(spec).map((trial, index) => {
    const { id, architecture, flops, params, acts } = trial;
    const error = errorOf(index, trial);
    const { epochs } = trial.recipe;
    const record: TrialRecord = {
      version: 1,
      id,
      sweep,
      index,
      architecture: storeArchitecture(architecture),
      complexity: { flops, params, acts },
      status: "finished",
      error,
      epochs: Array.from({ length: epochs }, (_, i) => ({
        epoch: i + 1,
        trainLoss: 2 / (i + 1),
        trainError: error,
        learningRate: 0.1,
        seconds: i + 1,
        ...(i + 1 === epochs && { testError: error }),
      })),
      endedAt: "2030-01-01T00:00:00Z",
    };
    const json = JSON.stringify(record);
    return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
  });
  writeFileSync(log, lines.join(""));
}
