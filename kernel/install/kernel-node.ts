/** Which Node runs the kernel. */

/** The first Node whose V8 can end what a cell does at any place, and which has SQLite. */
export const NODE_FLOOR = 24;

/** Whether a Node of this version can run the kernel. */
export const isNewEnough = (version: string): boolean => Number.parseInt(version, 10) >= NODE_FLOOR;

/**
 * The program that runs the kernel: the one that registers it.
 *
 * @throws Error that says what to do when it is too old
 */
export function kernelNode(): string {
  if (isNewEnough(process.versions.node)) return process.execPath;
  throw new Error(
    `cells need Node ≥ ${NODE_FLOOR}, this is ${process.version}; register the kernel with a newer one, which then runs it`,
  );
}
