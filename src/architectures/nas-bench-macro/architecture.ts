/**
 * Networks of NAS-Bench-Macro (Su et al., CVPR 2021, arXiv 2103.11922; public code: xiusu/NAS-Bench-Macro train/model.py):
 * layers in stages, each of them its own choice among an identity and inverted residual blocks.
 *
 * Stem 3 × 3 of stride 1; every stage begins with stride 2 and doubles the channels, so that an identity there is a
 * strided 1 × 1 convolution; 1 × 1 to the head's channels, mean, classifier. The benchmark has stages of 2, 3 and 3
 * layers behind 32 channels, and a choice of three.
 */
import type { Assembly, Feature } from "../../networks/assembly/operators.js";
import { normed } from "../../networks/assembly/operators.js";
import type { AnyArchitecture, Family } from "../family.js";

/** A network of NAS-Bench-Macro's kind. */
export interface NasBenchMacroArchitecture extends AnyArchitecture {
  readonly family: Family<NasBenchMacroArchitecture>;
  /**
   * What each layer is: `"id"`, the identity, or `"e<expansion>k<kernel>"`, an inverted residual block; the benchmark has
   * `"id"`, `"e3k3"` and `"e6k5"`.
   */
  readonly layers: readonly string[];
  /** Layers of each stage. */
  readonly stages: readonly number[];
  /** Channels of the stem; each stage has twice those before it. */
  readonly channels: number;
  readonly headWidth: number;
}

/** An inverted residual block's two numbers. */
export interface LayerChoice {
  readonly expansion: number;
  readonly kernel: number;
}

const known = new Map<string, LayerChoice | "id" | undefined>([["id", "id"]]);

/** What a layer's name means; undefined if nothing. */
export function layerChoice(name: string): LayerChoice | "id" | undefined {
  if (known.has(name)) return known.get(name);
  const [, expansion, kernel] = /^e([1-9]\d{0,3})k([1-9]\d{0,2})$/.exec(name) ?? [];
  const choice =
    expansion === undefined || Number(kernel) % 2 === 0
      ? undefined
      : { expansion: Number(expansion), kernel: Number(kernel) };
  known.set(name, choice);
  return choice;
}

/** Walks a network from image to logits. */
export function assemble<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  architecture: NasBenchMacroArchitecture,
): F {
  const { layers } = architecture;
  return assembleAround(ops, image, architecture, (x, at, channels, stage, block) => {
    const choice = layerChoice(layers[at])!;
    const stride = block === 1 ? 2 : 1;
    // What does nothing has no place.
    if (choice !== "id" || stride > 1) ops.block(stage, block);
    return walkLayer(ops, x, choice, channels, stride);
  });
}

/**
 * The network around its layers.
 *
 * @param layer one layer, given its input, its place in all stages together from 0, the channels of its stage, its stage and its
 *   place there from 1
 */
export function assembleAround<F extends Feature>(
  ops: Assembly<F>,
  image: F,
  { stages, channels: stem, headWidth, classes = 1000 }: Omit<NasBenchMacroArchitecture, "layers">,
  layer: (x: F, at: number, channels: number, stage: number, block: number) => F,
): F {
  ops.scope("stem");
  let x = normed(ops, "", image, stem, 3, 1, 1, "relu");
  let [channels, at] = [stem, 0];
  for (let s = 0; s < stages.length; s++) {
    channels *= 2;
    for (let b = 0; b < stages[s]; b++, at++) x = layer(x, at, channels, s + 1, b + 1);
  }
  ops.scope("head");
  x = normed(ops, "", x, headWidth, 1, 1, 1, "relu");
  return ops.linear("fc", ops.avgpool("pool", x), classes);
}

/** One layer: an identity is a strided 1 × 1 convolution at the start of a stage, and nothing inside it. */
export function walkLayer<F extends Feature>(
  ops: Assembly<F>,
  x: F,
  choice: LayerChoice | "id",
  channels: number,
  stride: number,
): F {
  if (choice !== "id") return inverted(ops, x, channels, stride, choice);
  return stride === 1 ? x : normed(ops, "", x, channels, 1, stride, 1);
}

/** MobileNetV2's block with ReLU; no first convolution where it would not widen. */
function inverted<F extends Feature>(
  ops: Assembly<F>,
  x: F,
  out: number,
  stride: number,
  { expansion, kernel }: LayerChoice,
): F {
  const width = x.channels * expansion;
  let y = expansion === 1 ? x : normed(ops, 1, x, width, 1, 1, 1, "relu");
  y = normed(ops, 2, y, width, kernel, stride, width, "relu");
  y = normed(ops, 3, y, out, 1, 1, 1);
  return stride === 1 && x.channels === out ? ops.add("add", y, x) : y;
}
