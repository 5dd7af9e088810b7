/**
 * What a standard stream that cannot be written means for a command.
 *
 * Work is never given up for it: a sweep whose progress has nowhere to go trains on, and keeps what it trained. Only
 * at the end, results that standard output did not take make the exit code 1.
 */

/** Says of standard output's failure in one sentence; standard error's has nowhere to be said. */
export function outliveStreams(): void {
  let told = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) closes the pipe; that is no fault of the command's.
    if (error.code === "EPIPE" || told) return;
    told = true;
    process.stderr.write(`netspace: standard output could not be written (${error.message})\n`);
    // The command may still set its own code.
    process.once("exit", code => {
      if (code === 0) process.exitCode = 1;
    });
  });
  process.stderr.on("error", () => {});
}
