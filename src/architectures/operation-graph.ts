/** What a part of an architecture is as a picture: operations, and what each of them reads. A family says it of its own. */

/** What a node is drawn as. All between `"input"` and `"output"` are operations, by the kind of their work. */
export type NodeKind =
  | "input"
  | "convolution"
  | "separable"
  | "dilated"
  | "pooling"
  | "identity"
  | "zero"
  | "other"
  | "sum"
  | "concat"
  | "state"
  | "output";

export interface GraphNode {
  /** Unlike any other node's. */
  readonly id: string;
  readonly label: string;
  readonly kind: NodeKind;
}

/**
 * From a node to one that reads it. With a label, an operation stands on the way, of the kind that follows; `"skip"` is a
 * way round what lies between.
 */
export type GraphEdge = readonly [from: string, to: string, label?: string, kind?: NodeKind | "skip"];

/** A cell, or a chain of layers with its skips. */
export interface OperationGraph {
  /** `"normal cell"`. */
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Where it goes on: to the right (default), as suits cells, which are wide; chains go down. */
  readonly direction?: "right" | "down";
}
