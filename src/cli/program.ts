/** The `netspace` command with all below it, not yet run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../base/node/paths.js";
import { analyzeCommand } from "./commands/analyze.js";
import { family, refuseEmpty, refuseUnknown } from "./arguments.js";
import { complexityCommand } from "./commands/complexity.js";
import { dartsCommand } from "./commands/darts.js";
import { doctorCommand } from "./commands/doctor.js";
import { kernelCommand } from "./commands/kernel.js";
import { notebookCommand } from "./commands/notebook.js";
import { reportCommand } from "./commands/report.js";
import { sampleCommand } from "./commands/sample.js";
import { searchCommand } from "./search/search.js";
import { sweepCommand } from "./sweep/sweep.js";
import { tableCommand } from "./table/table.js";
import { trainCommand } from "./commands/train.js";

const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  version: string;
};

/** Wrong usage throws a CommanderError. */
export function netspaceCommand(): Command {
  const program = new Command("netspace")
    .description("A TypeScript notebook kernel and laboratory for network design spaces")
    .version(version)
    // What follows a command's name is that command's.
    .enablePositionalOptions()
    .showHelpAfterError("(--help says more)");
  const commands = [
    complexityCommand(),
    sampleCommand(),
    trainCommand(),
    sweepCommand(),
    searchCommand(),
    dartsCommand(),
    tableCommand(),
    analyzeCommand(),
    notebookCommand(),
    reportCommand(),
    kernelCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of family(program)) {
    // Subcommands of subcommands as well, so that every wrong usage ends in one place, and points at the help.
    for (const sub of command.commands) sub.copyInheritedSettings(command);
    command.exitOverride();
    if (command.commands.length > 0 && command.registeredArguments.length === 0) refuseUnknown(command);
  }
  program.hook("preAction", (_, command) => refuseEmpty(command));
  return program;
}
