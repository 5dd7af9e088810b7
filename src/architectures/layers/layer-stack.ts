/**
 * A layer stack: layers in a row, each of which may read any of those before it, as NAS-RL (Zoph & Le, ICLR 2017) and the
 * macro space of ENAS (Pham et al., ICML 2018) have them. `assemble` is the walk that building and counting share.
 */
import { say } from "../../base/say.js";
import {
  type ActivationKind,
  type Assembly,
  type Feature,
  normed,
  type Operators,
} from "../../networks/assembly/operators.js";
import { NetworkError } from "../../networks/shapes.js";
import { heightOf, type Sides, widthOf } from "../../networks/window.js";
import type { AnyArchitecture, Family } from "../family.js";
import { type LayerOperation, type LayerOperationName, operationOf } from "./operations.js";

export interface StackLayer {
  readonly operation: LayerOperationName | LayerOperation;
  /** Channels that it gives; none for pooling, which leaves them as they are. */
  readonly width?: number;
  /** Odd sides. Default 3. */
  readonly kernel?: Sides;
  /** Default 1. */
  readonly stride?: Sides;
  /**
   * Earlier layers that it reads, from 1; 0 is the stem, or the image. Where layers join before their operations, all that
   * it reads, and the image if there are none; else what it reads besides the layer right before it. Default: none.
   */
  readonly from?: readonly number[];
}

/**
 * Where the layers that one reads come together. `"before"` the operation, concatenated, smaller maps padded with zeros;
 * what no layer reads is concatenated in the same way before the classifier (NAS-RL). Behind it, its output with theirs:
 * `"sum"`, normalised (ENAS while searching); `"concat"`, activated, projected by 1 × 1 to its width, normalised (ENAS's
 * final networks).
 */
export type Joins = "before" | "sum" | "concat";

export interface LayerStack extends AnyArchitecture {
  readonly family: Family<LayerStack>;
  readonly joins: Joins;
  /** 3 × 3 convolution and batch normalisation on the image; none unless given. */
  readonly stem?: { readonly width: number };
  readonly layers: readonly StackLayer[];
  /**
   * Layers, from 1, behind which all maps so far are halved by factorised reductions, to the width of the layer that
   * follows. Not where layers join before their operations.
   */
  readonly reductions?: readonly number[];
  /** Default `"relu"`. */
  readonly activation?: ActivationKind;
}

/** Walks a stack from image to logits, handing each operator to `ops`. */
export function assemble<F extends Feature>(ops: Assembly<F>, image: F, stack: LayerStack): F {
  const { stem, classes = 1000 } = stack;
  let first = image;
  if (stem) {
    ops.scope("stem");
    first = normed(ops, "", image, stem.width, 3, 1, 1);
  }
  const last = stack.joins === "before" ? walkAnchored(ops, first, stack) : walkChained(ops, first, stack);
  ops.scope("head");
  return ops.linear("fc", ops.avgpool("pool", last), classes);
}

/** Layers that read what they name, and no others. */
function walkAnchored<F extends Feature>(
  ops: Assembly<F>,
  first: F,
  { layers, activation = "relu" }: LayerStack,
): F {
  const maps: F[] = [first];
  const isLoose = [false];
  // Maps of one size need none.
  const pad = layers.some(({ stride = 1 }) => heightOf(stride) > 1 || widthOf(stride) > 1);
  for (let i = 0; i < layers.length; i++) {
    const { from = [] } = layers[i];
    ops.scope(scopeNames(i + 1));
    let x = first;
    if (from.length === 1) x = maps[from[0]];
    else if (from.length > 1)
      x = ops.concat(
        "concat",
        from.map(each => maps[each]),
        pad ? { pad } : undefined,
      );
    for (const each of from) isLoose[each] = false;
    maps.push(walkLayer(ops, x, layers[i], activation));
    isLoose.push(true);
  }
  const loose = maps.filter((_, i) => isLoose[i]);
  if (loose.length === 1) return loose[0];
  ops.scope("head");
  return ops.concat("concat", loose, pad ? { pad } : undefined);
}

/** Layers that read the one before them, and are joined with those that they name. */
function walkChained<F extends Feature>(
  ops: Assembly<F>,
  first: F,
  { layers, joins, reductions = [], activation = "relu" }: LayerStack,
): F {
  let maps: F[] = [first];
  for (let i = 0; i < layers.length; i++) {
    const { from = [], width } = layers[i];
    ops.scope(scopeNames(i + 1));
    let x = walkLayer(ops, maps[i], layers[i], activation);
    // The first has nothing that it could be joined with.
    if (i > 0) {
      const others = from.map(each => maps[each]);
      if (joins === "sum") {
        if (others.length > 0) x = ops.add("add", x, ...others);
        x = ops.batchnorm("bn_skip", x);
      } else {
        if (others.length > 0) x = ops.concat("concat", [...others, x]);
        x = normed(ops, "_skip", ops.activation("act_skip", x, activation), width ?? x.channels, 1, 1, 1);
      }
    }
    maps.push(x);
    if (!reductions.includes(i + 1)) continue;
    const next = layers[i + 1]?.width ?? x.channels;
    maps = maps.map((map, from_) => {
      ops.scope(`reduction${i + 1}.from${from_}`);
      return factorised(ops, map, next);
    });
  }
  return maps[layers.length];
}

/** Half the channels from the pixels of even places, half from those of odd ones, concatenated and normalised. */
export function factorised<F extends Feature>(ops: Operators<F>, x: F, width: number): F {
  const even = ops.conv("conv1", ops.subsample("even", x, 2, 0), width / 2);
  const odd = ops.conv("conv2", ops.subsample("odd", x, 2, 1), width / 2);
  return ops.batchnorm("bn", ops.concat("concat", [even, odd]));
}

/** @throws NetworkError if the operation returns no feature map */
export function walkLayer<F extends Feature>(
  ops: Operators<F>,
  x: F,
  { operation, width, kernel = 3, stride = 1 }: StackLayer,
  activation: ActivationKind,
): F {
  const y = operationOf(operation).build(ops, x, { width: width ?? x.channels, kernel, stride, activation });
  if (y?.channels !== undefined) return y;
  // A promise's own failure, if it has one, is heard by nobody, and would end the process.
  const got: unknown = y;
  if (got instanceof Promise) got.catch(() => undefined);
  const remedy = got instanceof Promise ? "make build no async function" : "return it from build";
  throw new NetworkError(
    `an operation returns the output of its last operator, got ${got === undefined ? "nothing" : say(got)}; ${remedy}`,
  );
}

/** `layer1`, `layer2`, …: made once, since counting asks for them millions of times. */
const scopes: string[] = [];
const scopeNames = (layer: number): string => (scopes[layer] ??= `layer${layer}`);
