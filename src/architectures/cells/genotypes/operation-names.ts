/** What DARTS, NDS and NNI call the operations: one vocabulary, which began in quark0/darts cnn/operations.py. */

const pairs: readonly (readonly [theirs: string, ours: string])[] = [
  ["none", "none"],
  ["skip_connect", "identity"],
  ["avg_pool_3x3", "avg3"],
  ["avg_pool_5x5", "avg5"],
  ["max_pool_2x2", "max2"],
  ["max_pool_3x3", "max3"],
  ["max_pool_5x5", "max5"],
  ["max_pool_7x7", "max7"],
  ["sep_conv_3x3", "sep3"],
  ["sep_conv_5x5", "sep5"],
  ["sep_conv_7x7", "sep7"],
  ["dil_conv_3x3", "dilsep3"],
  ["dil_conv_5x5", "dilsep5"],
  ["dil_sep_conv_3x3", "dilsep3x2"],
  ["dil_sep_conv_5x5", "dilsep5x2"],
  ["conv_1x1", "conv1"],
  ["conv_3x3", "conv3"],
  ["conv_3x1_1x3", "1x3-3x1"],
  ["conv_7x1_1x7", "1x7-7x1"],
];

/** Of netspace's operations by DARTS' names, and the other way round. */
export const fromDarts: ReadonlyMap<string, string> = new Map(pairs);
export const toDarts: ReadonlyMap<string, string> = new Map(pairs.map(([theirs, ours]) => [ours, theirs]));
