/** What an architecture's numbers must be, checked where one comes in; the walk over its operators checks nothing. */
import type { Architecture } from "./architecture.js";
import { NetworkError } from "./shapes.js";

const stems: readonly string[] = ["simple", "cifar", "resnet"];
const activations: readonly string[] = ["relu", "silu"];

/** @throws NetworkError naming the first part that no network can have */
export function checkArchitecture(caller: string, architecture: Architecture): void {
  const { stem, stages, headWidth, activation, classes, resolution } = architecture;
  requireOneOf(caller, "stem.kind", stem.kind, stems);
  requireCount(caller, "stem.width", stem.width);
  if (activation !== undefined) requireOneOf(caller, "activation", activation, activations);
  if (headWidth) requireCount(caller, "headWidth", headWidth);
  if (classes !== undefined) requireCount(caller, "classes", classes);
  if (resolution !== undefined) requireCount(caller, "resolution", resolution);
  for (let i = 0; i < stages.length; i++) {
    const { depth, width, bottleneck, groupWidth, stride, kernel } = stages[i];
    const counts = isCount(depth) && isCount(width) && isCount(groupWidth) && isCount(stride);
    if (counts && bottleneck > 0 && bottleneck < Infinity && (kernel === undefined || isCount(kernel)))
      continue;
    throw new NetworkError(
      `${caller}: stage ${i + 1} must have positive integers as depth, width, groupWidth, stride and kernel and a bottleneck above 0, got ${JSON.stringify(stages[i])}; correct that stage`,
    );
  }
}

/** @throws NetworkError if `value` is no positive integer */
export function requireCount(caller: string, name: string, value: number): void {
  if (isCount(value)) return;
  throw new NetworkError(`${caller}: ${name} must be a positive integer, got ${value}; give it another`);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

function requireOneOf(caller: string, name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new NetworkError(`${caller}: unknown ${name} "${value}"; known are ${known.join(", ")}`);
}
