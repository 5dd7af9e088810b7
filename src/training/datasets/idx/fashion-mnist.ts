/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017; MIT licence): 70,000 grey pictures of clothes in 10 classes, in MNIST's
 * format.
 */

/** Where Debian's package `dataset-fashion-mnist` puts it. */
export const FASHION_MNIST_FOLDER = "/usr/share/datasets/fashion-mnist";

/** The hash of its files' contents; see `loadIdx`. */
export const FASHION_MNIST_CONTENT = "b7a9c99b4e9198af143623733cd748b7";

/** By label, as its authors call them. */
export const FASHION_MNIST_CLASSES = [
  "T-shirt/top",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
] as const;
