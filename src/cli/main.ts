#!/usr/bin/env node
/**
 * The `netspace` command. Results go to standard output, as text or with `--json` as JSON; errors go to
 * standard error, with exit code 1, or 2 where the command itself was wrong.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "../paths.js";
import { analyzeCommand } from "./analyze.js";
import { complexityCommand } from "./complexity.js";
import { doctorCommand } from "./doctor.js";
import { kernelCommand } from "./kernel.js";
import { notebookCommand } from "./notebook.js";
import { reportCommand } from "./report.js";
import { sampleCommand } from "./sample.js";
import { sweepCommand } from "./sweep.js";
import { trainCommand } from "./train.js";

const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  version: string;
};

const program = new Command("netspace")
  .description("A TypeScript notebook kernel and laboratory for network design spaces")
  .version(version)
  // What follows a command's name is that command's.
  .enablePositionalOptions()
  .showHelpAfterError("(--help tells more)");
const commands = [
  complexityCommand(),
  sampleCommand(),
  trainCommand(),
  sweepCommand(),
  analyzeCommand(),
  notebookCommand(),
  reportCommand(),
  kernelCommand(),
  doctorCommand(),
];
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}
// Subcommands of subcommands throw as well, so that every wrong usage ends in one place.
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
for (const command of all(program)) command.exitOverride();

// A reader that has seen enough (`| head`) closes the pipe; that is no fault of the command's.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`netspace: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
