/** Errors of the accuracies that other people's tables have. */

/** 100 − accuracy in per cent, without what a subtraction of decimals leaves at the sixteenth digit. */
export const errorOf = (accuracy: number): number => Math.round((100 - accuracy) * 1e10) / 1e10;
