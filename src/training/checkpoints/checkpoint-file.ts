/** Checkpoints in safetensors files: each tensor behind what it is of (`first/stem.conv.weight`), the rest as a note. */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileProblem } from "../../base/node/file-problem.js";
import { requireRegular } from "../../base/node/regular-file.js";
import { replaceFile } from "../../base/node/replace-file.js";
import { expectFields, expectName } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import { type Checkpoint, CheckpointError } from "./checkpoint.js";
import type { Weight } from "../engine.js";
import { checkRecipe } from "../recipe.js";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.js";

const kinds = ["weights", "first", "second", "average"] as const;
type Kind = (typeof kinds)[number];
/** The note's name in the file, and the form of what it says. */
const NOTE = "netspace checkpoint";
const FORM = 1;

/**
 * Writes a checkpoint, whole or not at all; its folder is made if need be.
 *
 * @throws CheckpointError if the file cannot be written, naming it
 * @example
 * ```ts
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }, { classes: 2 }));
 * const dataset = proceduralDataset({ resolution: 16, train: 64, test: 20, seed: 1, classes: 2 });
 * const half = await torch.train(network, dataset, recipes.tiny, { until: 4, keepCheckpoint: true, threads: 1 });
 * saveCheckpoint("half.safetensors", half.checkpoint!);
 * const rest = await torch.train(network, dataset, recipes.tiny, { from: loadCheckpoint("half.safetensors"), threads: 1 });
 * rest.epochs.map(({ epoch }) => epoch); // => [5, 6, 7, 8]
 * ```
 */
export function saveCheckpoint(file: string, checkpoint: Checkpoint): void {
  expectName("saveCheckpoint", "the name of a file", file);
  expectFields("saveCheckpoint", "a checkpoint", checkpoint, {
    epochs: "number",
    training: "object",
    optimiser: "object",
    weights: "object",
    first: "object",
    second: "object?",
    average: "object?",
  });
  expectFields("saveCheckpoint", "a checkpoint whose training is", checkpoint.training, {
    recipe: "object",
    seed: "number",
    precision: "text",
    images: "number",
  });
  expectFields("saveCheckpoint", "a checkpoint whose optimiser is", checkpoint.optimiser, {
    name: "text",
    updated: "boolean",
    steps: "number",
  });
  checkRecipe(checkpoint.training.recipe);
  for (const kind of kinds) {
    const tensors = checkpoint[kind];
    if (tensors === undefined || tensors instanceof Map) continue;
    throw new RangeError(
      `saveCheckpoint: expected a checkpoint whose ${kind} are a Map of tensors by name, got ${say(tensors)}`,
    );
  }
  const { epochs, training, optimiser } = checkpoint;
  const tensors = new Map<string, Weight>();
  for (const kind of kinds) {
    for (const [name, tensor] of checkpoint[kind] ?? []) tensors.set(`${kind}/${name}`, tensor);
  }
  const note = JSON.stringify({ form: FORM, epochs, training, optimiser });
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, encodeSafetensors(tensors, { [NOTE]: note }));
  } catch (cause) {
    const problem = `saveCheckpoint: could not write ${file}: ${fileProblem(cause)}`;
    throw new CheckpointError(problem, { cause });
  }
}

/**
 * Reads a checkpoint of `saveCheckpoint`.
 *
 * @throws CheckpointError if the file cannot be read, or holds no checkpoint that this version reads
 * @example
 * ```ts
 * const network = build(regNet({ depth: 4, w0: 8, wa: 8, wm: 2, bottleneck: 1, groupWidth: 8 }, { classes: 2 }));
 * const dataset = proceduralDataset({ resolution: 16, train: 64, test: 20, seed: 1, classes: 2 });
 * const half = await torch.train(network, dataset, recipes.tiny, { until: 4, keepCheckpoint: true, threads: 1 });
 * saveCheckpoint("kept.safetensors", half.checkpoint!);
 * const { epochs, training, optimiser } = loadCheckpoint("kept.safetensors");
 * [epochs, training.images, optimiser.name]; // => [4, 64, "sgd"]
 * ```
 */
export function loadCheckpoint(file: string): Checkpoint {
  expectName("loadCheckpoint", "the name of a file", file);
  try {
    requireRegular(file);
    const { weights: tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    const note = noteOf(metadata[NOTE]);
    const parts: Record<Kind, Map<string, Weight>> = {
      weights: new Map(),
      first: new Map(),
      second: new Map(),
      average: new Map(),
    };
    for (const [name, tensor] of tensors) {
      const slash = name.indexOf("/");
      const kind = name.slice(0, slash) as Kind;
      if (!kinds.includes(kind)) throw new Error(`expected no tensor ${say(name)}`);
      parts[kind].set(name.slice(slash + 1), tensor);
    }
    const { weights, first, second, average } = parts;
    return {
      ...note,
      weights,
      first,
      ...(second.size > 0 && { second }),
      ...(average.size > 0 && { average }),
    };
  } catch (cause) {
    throw new CheckpointError(`loadCheckpoint: could not read ${file}: ${fileProblem(cause)}`, {
      cause,
    });
  }
}

function noteOf(text: string | undefined): Pick<Checkpoint, "epochs" | "training" | "optimiser"> {
  const note: unknown = text === undefined ? undefined : JSON.parse(text);
  const { form, epochs, training, optimiser } = (isObject(note) ? note : {}) as Partial<Checkpoint> & {
    readonly form?: unknown;
  };
  if (form !== FORM || epochs === undefined || !isObject(training) || !isObject(optimiser)) {
    throw new Error(`expected a checkpoint of form ${FORM}, got ${say(note)}`);
  }
  return { epochs, training, optimiser };
}
