/** What the kernel has to say about itself goes to its standard error, one line a matter. */

/** Writes one line. */
export type Log = (line: string) => void;

/** The kernel's log. */
export const log: Log = line => {
  process.stderr.write(`netspace kernel: ${line}\n`);
};
