/**
 * Lowers a Network to the program that the binding interprets: names become value indices, and batch
 * normalisation takes in the residual sum and the ReLU that follow it.
 *
 * Fused, the three read and write each feature map about half as often; on a CPU they are half the time of a
 * small network's step. Parameters keep the names of their layers, so fusion cannot be seen from outside.
 */
import type { Layer, LayerOf, Network, Op } from "../../../networks/network.js";
import { interpret, operators, type Rows } from "../../../networks/operators/index.js";

/** An operator's place in the native enumeration, which is generated in the table's order (native/operators.h). */
const numbers = new Map(Object.keys(operators).map((op, i) => [op, i]));

/** Integers per instruction: op, where its inputs begin and how many they are, in, out, kernel, stride, groups, flag. */
const fields = 9;

/** A network as the binding reads it. */
export interface Program {
  /** `fields` integers per instruction. */
  readonly program: Int32Array;
  /** The values that instructions read, one after the other: value 0 is the image, instruction i makes value i + 1. */
  readonly inputs: Int32Array;
  /** Each instruction's probability of a zero; 0 but for dropout. */
  readonly rates: Float32Array;
  /** An instruction's layer: names its parameters and its errors. */
  readonly names: readonly string[];
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
 * @throws RangeError naming the layer with a number that the binding cannot hold
 */
export function lower(network: Network): Program {
  const fusedAt = fuse(network);
  const swallowed = new Set<string>();
  for (const fused of fusedAt.values()) swallowed.add(fused.norm.name);
  for (const { name } of chained(fusedAt)) swallowed.add(name);
  const values = new Map<string, number>([["input", 0]]);
  const codes: number[] = [];
  const inputs: number[] = [];
  const names: string[] = [];
  const rates: number[] = [];
  for (const layer of network.layers) {
    const fused = fusedAt.get(layer.name);
    if (!fused && swallowed.has(layer.name)) continue;
    const push = (op: Op, reads: readonly string[]) => {
      codes.push(numbers.get(op)!, inputs.length, reads.length);
      for (const name of reads) inputs.push(values.get(name)!);
    };
    if (fused) {
      const { norm, residual, relu } = fused;
      push("batchnorm", [norm.inputs[0], ...(residual === undefined ? [] : [residual])]);
      codes.push(norm.channels, 0, 0, 0, 0, relu ? 1 : 0);
      names.push(norm.name);
    } else {
      push(layer.op, layer.inputs);
      codes.push(...interpret(attributes, layer));
      names.push(layer.name);
    }
    const large = codes.slice(-fields).find(code => code > most);
    if (large !== undefined) {
      throw new RangeError(
        `engine torch: layer "${layer.name}" (${layer.op}): expected numbers of at most ${most}, got ${large}`,
      );
    }
    rates.push("rate" in layer ? layer.rate : 0);
    values.set(layer.name, codes.length / fields);
  }
  return {
    program: Int32Array.from(codes),
    inputs: Int32Array.from(inputs),
    rates: Float32Array.from(rates),
    names,
  };
}

/** in, out, kernel, stride, groups, flag. */
const nothing = () => [0, 0, 0, 0, 0, 0];
const attributes: Rows<[], readonly number[]> = {
  conv: layer => [layer.in, layer.out, ...plain(layer), layer.groups, layer.bias ? 1 : 0],
  // What normalises alone, too, comes from where it is fused.
  batchnorm: layer => [layer.channels, 0, 0, 0, 0, 0],
  relu: nothing,
  silu: nothing,
  sigmoid: nothing,
  maxpool: layer => [0, 0, ...plain(layer), 0, 0],
  avgpool: nothing,
  linear: layer => [layer.in, layer.out, 0, 0, 0, 0],
  add: nothing,
  multiply: nothing,
  dropout: nothing,
  droppath: nothing,
  avgpool2d: none,
  concat: none,
  identity: none,
  zero: none,
  subsample: none,
};

function none({ name, op }: Layer): never {
  throw new RangeError(`engine torch: layer "${name}" (${op}) cannot be run yet`);
}

function plain(layer: LayerOf<"conv" | "maxpool">): [kernel: number, stride: number] {
  const { kernel, stride, padding } = layer;
  if (typeof kernel !== "number" || typeof stride !== "number" || padding || "dilation" in layer) none(layer);
  return [kernel, stride];
}

/** Every batch normalisation by the name of the layer whose value it makes once fused. */
function fuse({ layers }: Network): Map<string, Fused> {
  const position = new Map(layers.map((layer, i) => [layer.name, i]));
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) {
    for (const input of layer.inputs) readers.set(input, [...(readers.get(input) ?? []), layer]);
  }
  // The only reader of a value, if it has one: then the value itself need never exist.
  const only = (layer: Layer) => {
    const list = readers.get(layer.name);
    return list?.length === 1 ? list[0] : undefined;
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
    if (next?.op === "add") {
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
