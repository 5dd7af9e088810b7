/** The numbers that tests of statistics share with the Python that checked them. */

/** Network depths and errors of 24 models, shaped like Figure 2's. */
export const depths = [
  3, 5, 8, 8, 10, 12, 13, 14, 16, 16, 18, 19, 20, 21, 22, 24, 25, 28, 30, 33, 35, 38, 41, 53,
];
export const errors = [
  61.2, 58.9, 55.1, 52, 50.3, 47.7, 49.9, 45.2, 44.1, 43.6, 41.9, 42.7, 40.8, 42.2, 41.1, 43, 44.9, 45.5,
  48.3, 47.1, 50.7, 52.9, 54.4, 60.2,
];
/** Errors of 11 other models. */
export const others = [39.4, 40.2, 41.7, 42.2, 42.8, 43.6, 44.0, 45.9, 46.3, 47.5, 51.2];

/** Of 12 networks: flops (G), activations (M) and inference time (ms), as RegNetX's are published. */
export const flops = [0.2, 0.4, 0.6, 0.8, 1.6, 3.2, 4.0, 6.4, 8.0, 12, 16, 32];
export const acts = [2.2, 3.1, 4.0, 5.1, 7.9, 11.4, 12.2, 16.4, 14.1, 21.4, 25.5, 36.3];
export const ms = [10.6, 15.4, 17.7, 23.1, 35.3, 57.3, 68.6, 105, 111, 168, 240, 432];

/** Whether two numbers agree to a relative 1e-10 (or the tolerance given). */
export function near(actual: number, expected: number, tolerance = 1e-10): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), 1e-300);
}
