/**
 * Every function that the binding exports, with arguments that it takes, and what may stand in each place; from them
 * come the calls that it must not take.
 */
import type { Addon, DatasetHandle, ModelHandle } from "../../../../src/training/engines/torch/addon.js";
import { loadAddon } from "../../../../src/training/engines/torch/addon.js";
import { instructionFields, lower, type Program } from "../../../../src/training/engines/torch/program.js";
import { wholeSettings } from "../../../../src/training/recipe/optimisers.js";
import { Model } from "../../../../src/training/engines/torch.js";
import { quadrants, small } from "../../../support/networks.js";
import { hostileValues } from "./hostile-values.js";

/** One call: how it is told, under what name its error must come, and the call. */
export interface HostileCall {
  readonly title: string;
  readonly known: string;
  readonly run: () => unknown;
}

type Accepts = (value: unknown) => boolean;
const never: Accepts = () => false;
const integer =
  (least: number, most = Number.MAX_SAFE_INTEGER): Accepts =>
  v =>
    Number.isSafeInteger(v) && (v as number) >= least && (v as number) <= most;
const number =
  (accepts: (v: number) => boolean): Accepts =>
  v =>
    typeof v === "number" && Number.isFinite(v) && accepts(v);
const bool: Accepts = v => typeof v === "boolean";
const count = integer(1, 2 ** 31 - 1);
const magnitude = number(v => v >= 0);
const fraction = number(v => v >= 0 && v < 1);
const share = number(v => v >= 0 && v <= 1);
const optionalFunction: Accepts = v => v === undefined || typeof v === "function";
const rates: Accepts = v => v instanceof Float64Array && v.length > 0 && v.length < 5 && v.every(r => r >= 0);

/** Arguments that are taken, and for each path into them whether another value may stand there, too. */
interface Signature {
  readonly known?: string;
  readonly args: readonly unknown[];
  readonly places: Readonly<Record<string, Accepts>>;
}

const { learningRate: _ofEach, ...update } = wholeSettings({
  learningRate: 1,
  momentum: 0.9,
  weightDecay: 0,
});
const augmentation = { flip: true, cropArea: 0, colour: 0, mixup: 0, cutout: 0 };
const updatePlaces = (at: string): Record<string, Accepts> => ({
  [`${at}.momentum`]: fraction,
  [`${at}.weightDecay`]: magnitude,
  [`${at}.normWeightDecay`]: magnitude,
  [`${at}.biasWeightDecay`]: magnitude,
  [`${at}.averageDecay`]: fraction,
  [`${at}.optimiser`]: v => ["sgd", "adam", "adamw", "rmsprop"].includes(v as string),
  [`${at}.nesterov`]: bool,
  [`${at}.beta1`]: fraction,
  [`${at}.beta2`]: fraction,
  [`${at}.smoothing`]: fraction,
  [`${at}.epsilon`]: number(v => v > 0),
  [`${at}.epsilonInsideRoot`]: bool,
  [`${at}.clipNorm`]: magnitude,
});
const augmentationPlaces = (at: string): Record<string, Accepts> => ({
  [`${at}.flip`]: bool,
  [`${at}.cropArea`]: share,
  [`${at}.colour`]: magnitude,
  [`${at}.mixup`]: magnitude,
  [`${at}.cutout`]: integer(0, 2 ** 31 - 1),
});
/** Images and their shape, the second and third argument. */
const batchPlaces: Readonly<Record<string, Accepts>> = {
  "1": never,
  "2": never,
  "2.0": v => v === 4,
  "2.1": v => v === 3,
  "2.2": v => v === 12,
  "2.3": v => v === 12,
};

export interface Fixture {
  readonly addon: Addon;
  readonly model: ModelHandle;
  readonly dataset: DatasetHandle;
  readonly spec: Parameters<Addon["createModel"]>[0];
  readonly datasetSpec: Parameters<Addon["createDataset"]>[0];
  readonly images: Float32Array;
  readonly shape: readonly number[];
  readonly labels: Int32Array;
  readonly step: Parameters<Addon["step"]>[4];
  readonly signatures: Readonly<Record<Exclude<keyof Addon, "info" | "stop">, Signature>>;
  readonly calls: readonly HostileCall[];
}

/** At most this much may be held, bytes: what asks for more is an error, not a slow machine. */
const LIMIT = 256 * 2 ** 20;

export async function fixture(): Promise<Fixture> {
  const addon = loadAddon();
  addon.limitMemory("cpu", LIMIT);
  const data = quadrants(64, 8);
  const { handle: model } = await Model.create(small, { threads: 1 });
  const { handle: freed } = await Model.create(small, { threads: 1 });
  addon.dispose(freed);
  const datasetSpec = {
    trainImages: data.train.images,
    trainLabels: Int32Array.from(data.train.labels),
    testImages: data.test.images,
    testLabels: Int32Array.from(data.test.labels),
    channels: 3,
    resolution: 12,
    mean: Float32Array.from(data.mean),
    std: Float32Array.from(data.std),
    padding: 2,
    device: "cpu",
    threads: 1,
  };
  const spec = {
    ...lower(small),
    size: 1,
    classes: 4,
    precision: "float32" as const,
    device: "cpu",
    seed: 1,
    threads: 1,
  };
  const dataset = await addon.createDataset(datasetSpec);
  const grey = await addon.createDataset({
    ...datasetSpec,
    trainImages: datasetSpec.trainImages.subarray(0, 64 * 144),
    testImages: datasetSpec.testImages.subarray(0, 8 * 144),
    channels: 1,
    mean: new Float32Array(1),
    std: new Float32Array(1).fill(1),
  });
  const many = await addon.createDataset({ ...datasetSpec, trainLabels: new Int32Array(64).fill(4) });
  const images = new Float32Array(4 * 3 * 144);
  const shape = [4, 3, 12, 12];
  const labels = Int32Array.from([0, 1, 2, 3]);
  const none = new Int32Array();
  const step = {
    ...update,
    learningRate: 0.1,
    labelSmoothing: 0,
    auxiliaryWeight: 0,
    others: labels,
    share: 0.5,
    dropoutSeed: 1,
    update: false,
    mixture: new Float64Array(),
    weightGradients: true,
    mixtureGradients: true,
  };
  const drawn = { ...augmentation, batch: 8, seed: 1 };
  const epoch = {
    ...update,
    ...drawn,
    learningRates: new Float64Array(2),
    dropPathScales: new Float64Array(),
    labelSmoothing: 0,
    auxiliaryWeight: 0,
  };
  const timing = { batch: 2, channels: 3, resolution: 12, warmUp: 0, runs: 1, training: false };
  const [token, spare] = [addon.createToken(), addon.createToken()];
  const optionalToken: Accepts = v => v === undefined || v === token;
  const [snapshot, freedSnapshot] = [await addon.snapshot(model), await addon.snapshot(model)];
  addon.disposeSnapshot(freedSnapshot);
  await addon.step(model, images, shape, labels, step);
  const { gradients: kept } = await addon.keepGradients(model);
  const { gradients: freedKept } = await addon.keepGradients(model);
  addon.disposeGradients(freedKept);
  const chance = await addon.getDropoutState(model);
  const noMixture: Accepts = v => v instanceof Float64Array && v.length === 0;
  const device: Accepts = v => v === "cpu";
  const signatures: Fixture["signatures"] = {
    createModel: {
      known: "Model.create",
      args: [spec],
      places: {
        "0": never,
        "0.program": never,
        "0.inputs": never,
        "0.reals": never,
        "0.names": never,
        "0.main": never,
        "0.size": count,
        "0.classes": never,
        "0.precision": v => ["float32", "bf16", "tf32", "float64"].includes(v as string),
        "0.device": device,
        "0.seed": integer(0),
        "0.threads": integer(1, 64),
      },
    },
    createPath: {
      known: "Model.path",
      args: [model, { ...lower(small), size: 1, seed: 1 }],
      places: {
        "0": v => v === model,
        "1": never,
        "1.program": never,
        "1.inputs": never,
        "1.reals": never,
        "1.names": never,
        "1.main": never,
        "1.size": count,
        "1.seed": integer(-1),
      },
    },
    createToken: { args: [], places: {} },
    breakOff: { args: [spare], places: { "0": v => v === token || v === spare } },
    snapshot: { known: "Model.snapshot", args: [model], places: { "0": v => v === model } },
    rewind: {
      known: "Model.rewind",
      args: [model, snapshot],
      places: { "0": v => v === model, "1": v => v === snapshot },
    },
    disposeSnapshot: {
      known: "Model.snapshot",
      args: [freedSnapshot],
      places: { "0": v => v === snapshot || v === freedSnapshot },
    },
    keepGradients: { known: "Model.keepGradients", args: [model], places: { "0": v => v === model } },
    move: {
      known: "Model.move",
      args: [model, kept, 0.1],
      places: { "0": v => v === model, "1": v => v === kept, "2": number(() => true) },
    },
    disposeGradients: {
      known: "Model.keepGradients",
      args: [freedKept],
      places: { "0": v => v === kept || v === freedKept },
    },
    getDropoutState: { known: "Model.state", args: [model], places: { "0": v => v === model } },
    setDropoutState: {
      known: "Model.restoreState",
      args: [model, chance],
      places: { "0": v => v === model, "1": v => v === chance },
    },
    dispose: { known: "Model.dispose", args: [freed], places: { "0": v => v === model || v === freed } },
    cancel: { args: [model], places: { "0": v => v === model } },
    tensors: { known: "Model.tensors", args: [model], places: { "0": v => v === model } },
    getTensor: {
      known: "Model.get",
      args: [model, "head.fc.bias", false],
      places: { "0": v => v === model, "1": never, "2": bool },
    },
    setTensor: {
      known: "Model.set",
      args: [model, "head.fc.bias", new Float32Array(4)],
      places: { "0": v => v === model, "1": never, "2": never },
    },
    getOptimiserState: { known: "Model.checkpoint", args: [model], places: { "0": v => v === model } },
    setOptimiserState: {
      known: "Model.restore",
      args: [
        model,
        {
          updated: true,
          optimiser: "adam",
          steps: 1,
          each: new Float32Array(),
          second: true,
          averages: true,
        },
      ],
      places: {
        "0": v => v === model,
        "1": never,
        "1.updated": bool,
        "1.optimiser": v => ["sgd", "adam", "adamw", "rmsprop"].includes(v as string),
        "1.steps": integer(0, 2 ** 24),
        "1.each": v => v instanceof Float32Array && v.length === 0,
        "1.second": bool,
        "1.averages": bool,
      },
    },
    getRemembered: {
      known: "Model.checkpoint",
      args: [model, "head.fc.bias", "first"],
      places: { "0": v => v === model, "1": never, "2": v => v === "first" },
    },
    setRemembered: {
      known: "Model.restore",
      args: [model, "head.fc.bias", "first", new Float32Array(4)],
      places: { "0": v => v === model, "1": never, "2": v => v === "first", "3": never },
    },
    forward: {
      known: "Model.forward",
      args: [model, images, shape, false, new Float64Array(), token],
      places: { "0": v => v === model, ...batchPlaces, "3": bool, "4": noMixture, "5": optionalToken },
    },
    probe: {
      known: "Model.probe",
      args: [model, images, shape, { values: Int32Array.from([0]), towards: new Float32Array(16) }],
      places: {
        "0": v => v === model,
        ...batchPlaces,
        "3": never,
        "3.values": v => v instanceof Int32Array && v.every(place => place === 0),
        "3.towards": v => v instanceof Float32Array && v.length === 0,
      },
    },
    step: {
      known: "Model.step",
      args: [model, images, shape, labels, step, token],
      places: {
        "0": v => v === model,
        ...batchPlaces,
        "3": never,
        "4": never,
        ...updatePlaces("4"),
        "4.learningRate": magnitude,
        "4.labelSmoothing": fraction,
        "4.auxiliaryWeight": v => v === 0,
        "4.others": v => v instanceof Int32Array && v.length === 0,
        "4.share": share,
        "4.dropoutSeed": integer(-1),
        "4.update": bool,
        "4.mixture": noMixture,
        "4.weightGradients": bool,
        "4.mixtureGradients": bool,
        "5": optionalToken,
      },
    },
    recalibrateOn: {
      known: "Model.recalibrate",
      args: [model, [{ images, shape }], new Float64Array(), token],
      places: {
        "0": v => v === model,
        "1": never,
        "1.0": never,
        "1.0.images": never,
        "1.0.shape": never,
        "1.0.shape.1": v => v === 3,
        "2": noMixture,
        "3": optionalToken,
      },
    },
    mixtureGradient: { known: "Model.mixtureGradients", args: [model], places: { "0": v => v === model } },
    createDataset: {
      args: [datasetSpec],
      places: {
        "0": never,
        "0.trainImages": never,
        "0.trainLabels": never,
        "0.testImages": never,
        "0.testLabels": never,
        "0.channels": never,
        "0.resolution": never,
        "0.mean": never,
        "0.std": never,
        "0.padding": integer(0, 11),
        "0.device": device,
        "0.threads": integer(1, 64),
      },
    },
    epoch: {
      args: [model, dataset, epoch, () => {}],
      places: {
        "0": v => v === model,
        "1": v => v === dataset,
        "2": never,
        ...updatePlaces("2"),
        ...augmentationPlaces("2"),
        "2.learningRates": rates,
        "2.dropPathScales": v => v instanceof Float64Array && (v.length === 0 || rates(v)),
        "2.batch": integer(1, 32),
        "2.labelSmoothing": fraction,
        "2.auxiliaryWeight": v => v === 0,
        "2.seed": integer(0),
        "3": optionalFunction,
      },
    },
    trainBatch: {
      args: [dataset, { ...drawn, step: 1, steps: 2 }],
      places: {
        "0": v => v === dataset || v === grey || v === many,
        "1": never,
        ...augmentationPlaces("1"),
        "1.batch": integer(1, 32),
        "1.step": integer(0, 1),
        "1.steps": integer(2, 8),
        "1.seed": integer(0),
      },
    },
    recalibrate: {
      args: [model, dataset, { ...drawn, batches: 2 }],
      places: {
        "0": v => v === model,
        "1": v => v === dataset,
        "2": never,
        ...augmentationPlaces("2"),
        "2.batch": integer(1, 32),
        "2.batches": integer(1, 8),
        "2.seed": integer(0),
      },
    },
    exchangeAverages: {
      known: "Model.exchangeAverages",
      args: [model],
      places: { "0": v => v === model },
    },
    countErrors: {
      args: [model, dataset, 4],
      places: { "0": v => v === model, "1": v => v === dataset, "2": count },
    },
    time: {
      known: "Model.time",
      args: [model, timing],
      places: {
        "0": v => v === model,
        "1": never,
        "1.batch": count,
        "1.channels": v => v === 3,
        "1.resolution": count,
        "1.warmUp": integer(0, 1e6),
        "1.runs": integer(0, 1e6),
        "1.training": bool,
      },
    },
    limitMemory: { args: ["cpu", LIMIT], places: { "0": device, "1": integer(0) } },
    peakMemory: { args: ["cpu"], places: { "0": device } },
    trimCache: { args: ["cpu"], places: { "0": device } },
  };
  const call = (name: string, args: readonly unknown[]) =>
    (addon as unknown as Record<string, (...values: unknown[]) => unknown>)[name](...args);
  const values = new Map([
    ...hostileValues({ model, freed, dataset }),
    ["a dataset of other channels", grey],
    ["a dataset of more classes", many],
    ["a snapshot", snapshot],
    ["a snapshot that was disposed of", freedSnapshot],
    ["gradients", kept],
    ["gradients that were disposed of", freedKept],
    ["a token", token],
  ]);
  const calls: HostileCall[] = [];
  for (const [name, { known = name, args, places }] of Object.entries(signatures)) {
    for (const [place, accepts] of Object.entries(places)) {
      for (const [what, value] of values) {
        if (accepts(value)) continue;
        const title = `${name}(${place} = ${what})`;
        calls.push({ title, known, run: () => call(name, withValue(args, place.split("."), value)) });
      }
    }
  }
  // What is wrong only beside the rest.
  const more = (name: keyof Fixture["signatures"], what: string, ...args: unknown[]) =>
    calls.push({
      title: `${name}(${what})`,
      known: signatures[name].known ?? name,
      run: () => call(name, args),
    });
  more("epoch", "more steps than batches", model, dataset, { ...epoch, learningRates: new Float64Array(9) });
  more("epoch", "other drop path scales than steps", model, dataset, {
    ...epoch,
    dropPathScales: new Float64Array(3),
  });
  more("epoch", "a drop path scale above 1", model, dataset, {
    ...epoch,
    dropPathScales: Float64Array.of(1, 2),
  });
  more("epoch", "a batch beyond the set", model, dataset, { ...epoch, batch: 65 });
  more("recalibrate", "more batches than there are", model, dataset, { ...drawn, batches: 9 });
  more("trainBatch", "a step beyond the last", dataset, { ...drawn, step: 2, steps: 2 });
  more("step", "an update without gradients", model, images, shape, labels, {
    ...step,
    update: true,
    weightGradients: false,
  });
  more("step", "fewer labels than images", model, images, shape, labels.subarray(1), {
    ...step,
    others: none,
  });
  more("step", "a label of another class", model, images, shape, Int32Array.from([0, 1, 2, 4]), step);
  more("step", "fewer other labels", model, images, shape, labels, { ...step, others: labels.subarray(1) });
  more("setDropoutState", "bytes of no generator", model, chance.toReversed());
  more("setOptimiserState", "steps of other parameters", model, {
    updated: true,
    optimiser: "adam",
    steps: 1,
    each: new Float32Array(2),
    second: true,
    averages: false,
  });
  for (const odd of [Number.NaN, -1, 0.5, 2 ** 25]) {
    more("setOptimiserState", `${odd} steps of each parameter`, model, {
      updated: true,
      optimiser: "adam",
      steps: 1,
      each: new Float32Array(1).fill(odd),
      second: true,
      averages: false,
    });
  }
  const { handle: other } = await Model.create(small, { threads: 1 });
  more("rewind", "another store", other, snapshot);
  more("move", "another store", other, kept, 1);
  more("keepGradients", "no pass before", other);
  const path = await addon.createPath(model, { ...lower(small), size: 1, seed: -1 });
  more("snapshot", "a path", path);
  more("rewind", "a path", path, snapshot);
  more("move", "a path", path, kept, 1);
  more("keepGradients", "another path's pass before", path);
  more("forward", "images short", model, images.subarray(1), shape, false, new Float64Array());
  more(
    "forward",
    "a typed shape of other images",
    model,
    images,
    Int32Array.of(4, 3, 12, 13),
    false,
    new Float64Array(),
  );
  more(
    "forward",
    "images of 2⁶⁰ elements",
    model,
    images,
    [2 ** 30, 3, 2 ** 15, 2 ** 15],
    false,
    new Float64Array(),
  );
  more("time", "a batch that no memory holds", model, { ...timing, batch: 2 ** 31 - 1 });
  more("time", "images that no memory holds", model, { ...timing, resolution: 2 ** 31 - 1, training: true });
  more("createDataset", "padding of the images' size", { ...datasetSpec, padding: 12 });
  more("createModel", "an auxiliary head of no instruction", { ...spec, main: spec.names.length + 1 });
  more("createModel", "a program of no instruction", {
    ...spec,
    program: new Int32Array(),
    reals: new Float64Array(),
    names: [],
  });
  return { addon, model, dataset, spec, datasetSpec, images, shape, labels, step, signatures, calls };
}

/** A copy of nested arguments with another value at a path. */
function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown[] {
  const copy = (Array.isArray(target) ? [...target] : { ...(target as object) }) as Record<string, unknown>;
  copy[key] = rest.length > 0 ? withValue(copy[key], rest, value) : value;
  return copy as unknown as unknown[];
}

/** Programs with one number changed, or a few at random. */
export function* hostilePrograms(program: Program, random: () => number): Generator<[string, Program]> {
  const integers = [-(2 ** 31), -1, 0, 1, 2, 3, 8, 16, 101, 2 ** 31 - 1];
  const pick = () => integers[Math.floor(random() * integers.length)];
  for (let i = 0; i < program.program.length; i++) {
    for (const value of integers) {
      if (program.program[i] === value) continue;
      yield [`integer ${i} = ${value}`, { ...program, program: program.program.with(i, value) }];
    }
  }
  for (let i = 0; i < program.inputs.length; i++) {
    for (const value of integers) {
      if (program.inputs[i] === value) continue;
      yield [`input ${i} = ${value}`, { ...program, inputs: program.inputs.with(i, value) }];
    }
  }
  yield ["fewer inputs", { ...program, inputs: program.inputs.subarray(1) }];
  for (const rate of [Number.NaN, -1, 1, 2, Infinity]) {
    // Only the rates of dropout are read.
    const codes = program.program.with(instructionFields, 10).with(instructionFields + 2, 1);
    yield [`dropout of ${rate}`, { ...program, program: codes, reals: program.reals.with(1, rate) }];
  }
  for (const epsilon of [Number.NaN, -1, 0, Infinity]) {
    yield [`an epsilon of ${epsilon}`, { ...program, reals: program.reals.with(1, epsilon) }];
  }
  for (let i = 0; i < 300; i++) {
    const codes = program.program.slice();
    const changed = Array.from({ length: 2 + Math.floor(random() * 4) }, () => {
      const at = Math.floor(random() * codes.length);
      codes[at] = pick();
      return `${at} = ${codes[at]}`;
    });
    yield [`integers ${changed.join(", ")}`, { ...program, program: codes }];
  }
  for (let cut = 1; cut < program.names.length; cut++) {
    const kept = program.names.length - cut;
    yield [
      `the last ${cut} instructions missing`,
      {
        program: program.program.slice(0, instructionFields * kept),
        inputs: program.inputs,
        reals: program.reals.slice(0, kept),
        names: program.names.slice(0, kept),
        main: kept,
      },
    ];
  }
  yield ["names twice", { ...program, names: program.names.map(() => "same") }];
}
