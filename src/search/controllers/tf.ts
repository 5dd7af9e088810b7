/**
 * tfjs for controllers: its core and its backend in JavaScript, loaded when a controller first learns. Both are loaded at once
 * and not by `import()`, so that strategies start, ask and tell without waiting.
 */
import type { GradConfig, Tensor } from "@tensorflow/tfjs-core";
import { later } from "../../base/node/later.js";
import { once } from "../../base/once.js";

export type Tf = typeof import("@tensorflow/tfjs-core");

const core = later<Tf>(import.meta.url, "@tensorflow/tfjs-core");
const backend = later<object>(import.meta.url, "@tensorflow/tfjs-backend-cpu");

const loaded = once((): Tf => {
  const tf = core();
  // It would advise tfjs-node, which is no faster at vectors of a few hundred numbers.
  tf.enableProdMode();
  if (!tf.findBackend("cpu")) backend();
  return tf;
});

/**
 * Calculates with tfjs's backend in JavaScript, whichever the process uses otherwise: what a controller learns then does not
 * depend on what else is loaded. Afterwards tfjs is as it was.
 */
export function withTf<T>(work: (tf: Tf) => T): T {
  const tf = loaded();
  const before = tf.getBackend();
  // That backend is ready at once; the promise is for others.
  if (before !== "cpu") void tf.setBackend("cpu");
  const missing = derivatives(tf).filter(({ kernelName }) => !tf.getGradient(kernelName));
  for (const derivative of missing) tf.registerGradient(derivative);
  tf.engine().startScope();
  try {
    return work(tf);
  } finally {
    tf.engine().endScope();
    for (const { kernelName } of missing) tf.unregisterGradient(kernelName);
    if (before && before !== "cpu") void tf.setBackend(before);
  }
}

/**
 * The derivatives of what objectives are made of, for operands of one shape. tfjs-core has its own in modules that only bundlers
 * resolve, and not in the bundle that Node loads.
 */
const derivatives = (tf: Tf): GradConfig[] => {
  const one = (dy: Tensor | Tensor[]) => dy as Tensor;
  return [
    { kernelName: "Add", gradFunc: dy => ({ a: () => one(dy), b: () => one(dy) }) },
    { kernelName: "Sub", gradFunc: dy => ({ a: () => one(dy), b: () => tf.neg(one(dy)) }) },
    {
      kernelName: "Multiply",
      inputsToSave: ["a", "b"],
      gradFunc: (dy, [a, b]) => ({ a: () => tf.mul(one(dy), b), b: () => tf.mul(one(dy), a) }),
    },
    {
      kernelName: "Sum",
      inputsToSave: ["x"],
      gradFunc: (dy, [x]) => ({ x: () => tf.mul(one(dy), tf.onesLike(x)) }),
    },
    {
      kernelName: "Exp",
      outputsToSave: [true],
      gradFunc: (dy, [y]) => ({ x: () => tf.mul(one(dy), y) }),
    },
    {
      kernelName: "Maximum",
      inputsToSave: ["a", "b"],
      gradFunc: (dy, [a, b]) => ({
        a: () => tf.mul(one(dy), tf.cast(tf.greaterEqual(a, b), "float32")),
        b: () => tf.mul(one(dy), tf.cast(tf.less(a, b), "float32")),
      }),
    },
    {
      kernelName: "ClipByValue",
      inputsToSave: ["x"],
      gradFunc: (dy, [x], { clipValueMin, clipValueMax }) => {
        const within = tf.logicalAnd(
          tf.greaterEqual(x, clipValueMin as number),
          tf.lessEqual(x, clipValueMax as number),
        );
        return { x: () => tf.mul(one(dy), tf.cast(within, "float32")) };
      },
    },
  ];
};
