#!/usr/bin/env node
/**
 * The `netspace` command. Results go to standard output, as text or with `--json` as JSON; errors go to
 * standard error, with exit code 1, or 2 where the command itself was wrong.
 */
import { CommanderError } from "commander";
import { netspaceCommand } from "./program.js";
import { outliveStreams } from "./streams.js";

outliveStreams();
try {
  await netspaceCommand().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`netspace: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
