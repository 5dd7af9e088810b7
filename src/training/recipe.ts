/**
 * A training recipe as data: everything about optimisation and augmentation that is not the network, the
 * dataset or the hardware.
 */
export interface Recipe {
  /** Passes over the training split. */
  readonly epochs: number;
  /** Images a step; an epoch's last, smaller batch is dropped. */
  readonly batch: number;
  /** Peak learning rate of SGD, reached after the warm-up. */
  readonly learningRate: number;
  /** Momentum; Nesterov's form. */
  readonly momentum: number;
  /** L2 weight decay, applied to every parameter. */
  readonly weightDecay: number;
  /** Epochs (may be fractional) of linear warm-up from 0.1 × the peak. */
  readonly warmupEpochs: number;
  /** Random crop after zero-padding by this many pixels on each side; 0 crops nothing. */
  readonly cropPadding: number;
  /** Mirror each training image with probability one half. */
  readonly flip: boolean;
}
