/**
 * What the cells of different papers do differently, as data. Each built-in convention is what public code does, which is
 * named; where a paper says otherwise, it is the code that printed counts agree with.
 */

/** How a network of cells is put together. A convention of one's own is a value like these. */
export interface CellConvention {
  readonly name: string;
  /** What state 0 is: the output of the cell before, `"current"`, or of the one before that, `"previous"`. */
  readonly first: "current" | "previous";
  /** When ReLU, 1 × 1 and normalisation bring an input to the cell's filters; `"twice"`: as well as if its channels differ. */
  readonly current: "always" | "if different" | "twice";
  readonly previous: "always" | "if different";
  /** What the first cell reads as its previous input: the stem's output as it is, or brought to its filters. */
  readonly firstPrevious: "raw" | "projected";
  /** An identity of stride 2: a strided 1 × 1 convolution, or a factorised reduction. */
  readonly identity: "convolution" | "factorised";
  /** Whether factorised reductions, other than those of a cell's inputs, begin with a ReLU. */
  readonly reductionRelu: boolean;
  /** Whether dense convolutions work on a quarter of the filters, between two of 1 × 1. */
  readonly bottleneck: boolean;
  /** Padding of windows with a stride; none given: (kernel − 1) / 2 at both ends. */
  readonly padding?: "same";
  /** Whether an input that no block reads is a loose end. */
  readonly looseInputs: boolean;
  /** What is done to an input that is part of a reduction cell's output: it is reduced too, or no cell has such an output. */
  readonly largerOutput: "reduced" | "rejected";
  /**
   * What is done to an input that is part of the output and has other channels than the cell's filters, as the stem's output
   * in the first cell: nothing, or 1 × 1 and normalisation.
   */
  readonly otherOutput: "kept" | "projected";
  /**
   * Reduction cells stand before the cells at ⌊n / 3⌋ and ⌊2n / 3⌋ of n, or are these cells.
   */
  readonly reductions: "extra" | "in place";
  /** Whether a ReLU precedes the last pooling, and the classifier has a bias. */
  readonly headRelu: boolean;
  readonly headBias: boolean;
  /** Share of drop path's rate in cell c of C, counted from 0: (c + 1) / C, or all of it. */
  readonly dropPath: "rising" | "even";
  /** Whether drop path acts on identities of stride 2, which are no identities then. */
  readonly dropsReducedIdentity: boolean;
  /** Where the auxiliary head stands: at the last reduction cell, or at the cell before or behind it. */
  readonly auxiliaryAt: "before" | "at" | "behind";
}

/**
 * tensorflow/models research/slim/nets/nasnet/nasnet.py, but for the first cell of a network for small images: there that
 * code projects the stem's output before it is concatenated (`otherOutput: "projected"`).
 */
export const nasNetConvention: CellConvention = Object.freeze({
  name: "NASNet",
  first: "current",
  current: "always",
  previous: "if different",
  firstPrevious: "raw",
  identity: "convolution",
  reductionRelu: false,
  bottleneck: false,
  padding: "same",
  looseInputs: true,
  largerOutput: "reduced",
  otherOutput: "kept",
  reductions: "extra",
  headRelu: true,
  headBias: true,
  dropPath: "rising",
  dropsReducedIdentity: false,
  auxiliaryAt: "before",
});

/** tensorflow/models research/slim/nets/nasnet/pnasnet.py. */
export const pnasNetConvention: CellConvention = Object.freeze({
  ...nasNetConvention,
  name: "PNASNet",
  reductions: "in place",
});

/** tensorflow/tpu models/official/amoeba_net. */
export const amoebaNetConvention: CellConvention = Object.freeze({
  ...nasNetConvention,
  name: "AmoebaNet",
  bottleneck: true,
  dropPath: "even",
});

/** melodyguan/enas src/cifar10/micro_child.py, networks of a fixed arc. */
export const enasConvention: CellConvention = Object.freeze({
  ...nasNetConvention,
  name: "ENAS",
  first: "previous",
  current: "twice",
  firstPrevious: "projected",
  identity: "factorised",
  headBias: false,
  auxiliaryAt: "behind",
});

/** quark0/darts cnn/model.py. */
export const dartsConvention: CellConvention = Object.freeze({
  name: "DARTS",
  first: "previous",
  current: "always",
  previous: "always",
  firstPrevious: "projected",
  identity: "factorised",
  reductionRelu: true,
  bottleneck: false,
  looseInputs: false,
  largerOutput: "rejected",
  otherOutput: "kept",
  reductions: "in place",
  headRelu: false,
  headBias: true,
  dropPath: "even",
  dropsReducedIdentity: true,
  auxiliaryAt: "at",
});

/** The built-in conventions by name. That of NDS (microsoft/nni nni/nas/hub/pytorch/nasnet.py) is DARTS'. */
export const cellConventions: Readonly<Record<string, CellConvention>> = Object.freeze({
  NASNet: nasNetConvention,
  PNASNet: pnasNetConvention,
  AmoebaNet: amoebaNetConvention,
  ENAS: enasConvention,
  DARTS: dartsConvention,
});
