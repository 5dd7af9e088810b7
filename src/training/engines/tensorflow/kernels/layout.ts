/**
 * Parameters between the layouts of PyTorch, which the rest of the project speaks, and TensorFlow.
 */

/** A parameter's place among all of them: names and shapes as in PyTorch, elements in TensorFlow's order. */
export interface Placement {
  readonly name: string;
  /** PyTorch's: convolutions [out, in / groups, kernel, kernel], fully connected [out, in], others [n]. */
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** TensorFlow's shape of a parameter: convolutions [kernel, kernel, in / groups, out], others unchanged. */
export function tensorflowShape(shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...shape];
  const [out, inGroup, height, width] = shape;
  return [height, width, inGroup, out];
}

/** Elements in TensorFlow's order, from PyTorch's. */
export function toTensorflow(values: Float32Array, shape: readonly number[]): Float32Array {
  if (shape.length !== 4) return values.slice();
  const [out, inGroup, height, width] = shape;
  const area = height * width;
  const result = new Float32Array(values.length);
  for (let a = 0, to = 0; a < area; a++) {
    for (let c = 0; c < inGroup; c++) {
      for (let o = 0; o < out; o++) result[to++] = values[(o * inGroup + c) * area + a];
    }
  }
  return result;
}

/** Elements in PyTorch's order, from TensorFlow's. */
export function toTorch(values: Float32Array, shape: readonly number[]): Float32Array {
  if (shape.length !== 4) return values.slice();
  const [out, inGroup, height, width] = shape;
  const area = height * width;
  const result = new Float32Array(values.length);
  for (let o = 0, to = 0; o < out; o++) {
    for (let c = 0; c < inGroup; c++) {
      for (let a = 0; a < area; a++) result[to++] = values[(a * inGroup + c) * out + o];
    }
  }
  return result;
}
