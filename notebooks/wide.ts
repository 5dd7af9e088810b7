import { AnyNetXA, type Block, convNorm, oneOf } from "netspace";

export const wide: Block = {
  name: "wide",
  build(ops, x, { width, bottleneck, stride, activation }) {
    const inner = Math.round(width / bottleneck);
    let y = convNorm(ops, "_spatial", x, x.channels, { kernel: 7, stride, groups: x.channels });
    y = convNorm(ops, "_widen", y, inner, {}, activation);
    y = convNorm(ops, "_narrow", y, width, {});
    const same = stride === 1 && x.channels === width;
    return ops.add("add", y, same ? x : convNorm(ops, "_shortcut", x, width, { stride }));
  },
};

export const space = AnyNetXA.with({ block: wide, activation: "silu" })
  .withDimension("bottleneck", oneOf([1 / 4, 1 / 2, 1]))
  .fix("groupWidth", 1)
  .share("bottleneck")
  .nonDecreasing("width")
  .named("Wide");
