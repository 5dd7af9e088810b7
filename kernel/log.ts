/** What the kernel has to say about itself goes to its standard error, one line a matter. */

/** Writes one line. */
export type Log = (line: string) => void;

/** The kernel's log. */
export const log: Log = line => {
  try {
    process.stderr.write(`netspace kernel: ${line}\n`);
  } catch {
    // As below.
  }
};

// Nobody listens any more, or the disk is full: there is no other place to say so, and the error must not become an
// uncaught exception, which would be logged.
for (const stream of [process.stderr, process.stdout]) stream.on("error", () => {});
