/**
 * Lowers a Network to the program that the binding interprets: names become value indices, and batch
 * normalisation takes in the residual sum and the ReLU that follow it.
 *
 * Fused, the three read and write each feature map about half as often; on a CPU they are half the time of a
 * small network's step. Parameters keep the names of their layers, so fusion cannot be seen from outside.
 */
import type { Layer, LayerOf, Network, Op } from "../../../networks/network.js";
import { type MixGroups, mixGroups } from "../../../networks/mixture.js";
import { EPSILON } from "../../../networks/operators/batchnorm.js";
import { interpret, operators, type Rows } from "../../../networks/operators/index.js";
import { heightOf, type Window, widthOf } from "../../../networks/window.js";

/** An operator's place in the native enumeration, which is generated in the table's order (native/operators.h). */
const numbers = new Map(Object.keys(operators).map((op, i) => [op, i]));

/** What an instruction has besides its operator and its inputs, in the binding's order (native/program.h). */
const attributeNames = [
  "in",
  "out",
  "kernelHeight",
  "kernelWidth",
  "strideHeight",
  "strideWidth",
  "dilation",
  "padding",
  "groups",
  "offset",
  "flag",
] as const;

/** Those that are not 0. */
type Attributes = Partial<Record<(typeof attributeNames)[number], number>>;

/** Integers per instruction: op, where its inputs begin, how many they are, and its attributes. */
export const instructionFields = 3 + attributeNames.length;

/** Padding's place in the native enumeration. */
const paddings = { centred: 0, same: 1, valid: 2 } as const;

/** Flags of a normalisation: with a ReLU behind it; without scale and shift. */
const normFlags = { relu: 1, plain: 2 } as const;

/** A network as the binding reads it. */
export interface Program {
  /** `instructionFields` integers per instruction. */
  readonly program: Int32Array;
  /** The values that instructions read, one after the other: value 0 is the image, instruction i makes value i + 1. */
  readonly inputs: Int32Array;
  /** Each instruction's real number: dropout's probability of a zero, a normalisation's ε, else 0. */
  readonly reals: Float64Array;
  /** An instruction's layer: names its parameters and its errors. */
  readonly names: readonly string[];
  /** How many of the instructions are the network; those behind are its auxiliary head. */
  readonly main: number;
}

/** A program, and which layers it can be asked for. */
export interface Lowered extends Program {
  /** The layer whose value each instruction makes: of a normalisation with what was fused after it, the last. */
  readonly made: readonly string[];
  /** Of weighted sums; a call's weights lie one group after the other. */
  readonly groups: MixGroups;
}

/** Batch normalisation with what was fused after it; `last` is the layer whose value it makes. */
interface Fused {
  readonly norm: LayerOf<"batchnorm">;
  readonly residual?: string;
  readonly relu: boolean;
  readonly last: Layer;
}

/** Beyond it a number would come out of the Int32Array as another one. */
const most = 2 ** 31 - 1;

/**
 * The program of a network that `inferShapes` accepts.
 *
 * @param options.auxiliary with the auxiliary head, for a training that has a use of it; default false
 * @throws RangeError naming the layer with a number that the binding cannot hold
 */
export function lower(network: Network, { auxiliary = false } = {}): Lowered {
  const layers = [...network.layers, ...((auxiliary && network.auxiliary) || [])];
  const fusedAt = fuse(layers, network.layers.at(-1)!.name);
  const swallowed = new Set<string>();
  for (const fused of fusedAt.values()) swallowed.add(fused.norm.name);
  for (const { name } of chained(fusedAt)) swallowed.add(name);
  const values = new Map<string, number>([["input", 0]]);
  const codes: number[] = [];
  const inputs: number[] = [];
  const names: string[] = [];
  const made: string[] = [];
  const reals: number[] = [];
  const groups = mixGroups({ layers });
  let main = 0;
  /** Of a supernet's choices that begin alike, by what they read: one ReLU is enough. Other networks keep their bits. */
  const relus = groups.size > 0 ? new Map<string, number>() : undefined;
  for (const [i, layer] of layers.entries()) {
    if (i === network.layers.length) main = names.length;
    const fused = fusedAt.get(layer.name);
    if (!fused && swallowed.has(layer.name)) continue;
    const isLogits = i === network.layers.length - 1;
    const same = !fused && !isLogits && layer.op === "relu" ? relus?.get(layer.inputs[0]) : undefined;
    if (same !== undefined) {
      values.set(layer.name, same);
      continue;
    }
    const push = (op: Op, reads: readonly string[], its: Attributes) => {
      codes.push(numbers.get(op)!, inputs.length, reads.length, ...attributeNames.map(key => its[key] ?? 0));
      for (const name of reads) inputs.push(values.get(name)!);
    };
    if (fused) {
      const { norm, residual, relu } = fused;
      const { flag = 0, ...its } = attributes.batchnorm(norm);
      const reads = [norm.inputs[0], ...(residual === undefined ? [] : [residual])];
      push("batchnorm", reads, { ...its, flag: flag | (relu ? normFlags.relu : 0) });
      names.push(norm.name);
      reals.push(norm.epsilon ?? EPSILON);
    } else if (layer.op === "mix") {
      push("mix", layer.inputs, { offset: groups.get(layer.group)!.offset });
      names.push(layer.name);
      reals.push(0);
    } else {
      push(layer.op, layer.inputs, interpret(attributes, layer));
      names.push(layer.name);
      // As a float, which a probability was always handed over as: seeds mean the same masks.
      reals.push("rate" in layer ? Math.fround(layer.rate) : 0);
    }
    const large = codes.slice(-instructionFields).find(code => code > most);
    if (large !== undefined) {
      throw new RangeError(
        `engine torch: layer "${layer.name}" (${layer.op}): expected numbers of at most ${most}, got ${large}`,
      );
    }
    made.push(layer.name);
    values.set(layer.name, names.length);
    if (!fused && layer.op === "relu") relus?.set(layer.inputs[0], names.length);
  }
  return {
    program: Int32Array.from(codes),
    inputs: Int32Array.from(inputs),
    reals: Float64Array.from(reals),
    names,
    made,
    groups,
    main: main || names.length,
  };
}

const nothing = (): Attributes => ({});
const window = ({ kernel, stride, dilation = 1, padding }: Window): Attributes => ({
  kernelHeight: heightOf(kernel),
  kernelWidth: widthOf(kernel),
  strideHeight: heightOf(stride),
  strideWidth: widthOf(stride),
  dilation,
  padding: paddings[padding ?? "centred"],
});
const attributes: Rows<[], Attributes> = {
  conv: layer => ({
    in: layer.in,
    out: layer.out,
    ...window(layer),
    groups: layer.groups,
    flag: layer.bias ? 1 : 0,
  }),
  // Whether a ReLU follows is known where it is fused.
  batchnorm: layer => ({ in: layer.channels, flag: layer.affine === false ? normFlags.plain : 0 }),
  relu: nothing,
  silu: nothing,
  sigmoid: nothing,
  maxpool: window,
  avgpool: nothing,
  linear: layer => ({ in: layer.in, out: layer.out }),
  add: nothing,
  multiply: nothing,
  dropout: nothing,
  droppath: nothing,
  avgpool2d: layer => ({ ...window(layer), flag: layer.countPadding ? 1 : 0 }),
  concat: layer => ({ flag: layer.pad ? 1 : 0 }),
  identity: nothing,
  zero: layer => ({ strideHeight: layer.stride }),
  subsample: layer => ({ strideHeight: layer.stride, offset: layer.offset }),
  // Where its group's weights begin is known where all groups are.
  mix: nothing,
};

/**
 * Every batch normalisation by the name of the layer whose value it makes once fused.
 *
 * @param logits the layer whose value is read by whoever runs the network
 */
function fuse(layers: readonly Layer[], logits: string): Map<string, Fused> {
  const position = new Map(layers.map((layer, i) => [layer.name, i]));
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) {
    for (const input of layer.inputs) readers.set(input, [...(readers.get(input) ?? []), layer]);
  }
  // The only reader of a value, if it has one: then the value itself need never exist.
  const only = (layer: Layer) => {
    const list = readers.get(layer.name);
    return list?.length === 1 && layer.name !== logits ? list[0] : undefined;
  };
  const isLatestNorm = (norm: Layer, other: string) => {
    const at = position.get(other);
    const rival = at === undefined ? undefined : layers[at];
    // Of two normalisations that are summed, the later one takes the sum in: by then the other is there.
    return rival?.op !== "batchnorm" || only(rival)?.op !== "add" || at! < position.get(norm.name)!;
  };
  const fused = new Map<string, Fused>();
  for (const norm of layers) {
    if (norm.op !== "batchnorm") continue;
    let last: Layer = norm;
    let residual: string | undefined;
    let next = only(last);
    // A sum of more takes one pass over all of them.
    if (next?.op === "add" && next.inputs.length === 2) {
      const other = next.inputs[0] === last.name ? next.inputs[1] : next.inputs[0];
      if (isLatestNorm(norm, other)) {
        residual = other;
        last = next;
        next = only(last);
      } else next = undefined;
    }
    const relu = next?.op === "relu";
    if (relu) last = next!;
    fused.set(last.name, { norm, residual, relu, last });
  }
  return fused;
}

/** Names of the sums between a fused normalisation and its ReLU, which make no value of their own. */
function chained(fusedAt: ReadonlyMap<string, Fused>): { name: string }[] {
  const out: { name: string }[] = [];
  for (const { residual, relu, last } of fusedAt.values()) {
    if (residual !== undefined && relu) out.push({ name: last.inputs[0] });
  }
  return out;
}
