#!/usr/bin/env node
/**
 * The `netspace` command. Results go to standard output, as text or with `--json` as JSON; errors go to
 * standard error, with exit code 1, or 2 where the command itself was wrong.
 */
import { CommanderError } from "commander";
import { printable } from "../base/say.js";
import { netspaceCommand } from "./program.js";
import { outliveStreams } from "./streams.js";

outliveStreams();
try {
  await netspaceCommand().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    // It may quote a file of anyone's.
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`netspace: ${printable(text.replaceAll("\r\n", "\n"))}\n`);
    process.exitCode = 1;
  }
}
