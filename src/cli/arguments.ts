/** What holds for the arguments and options of every command. */
import type { Command } from "commander";

/** A command with all below it. */
export const family = (command: Command): Command[] => [command, ...command.commands.flatMap(family)];

/** Refuses empty arguments: a shell's variable that is not set would name the folder one stands in, or mean 0. */
export function refuseEmpty(command: Command): void {
  const empty = (what: string) => command.error(`error: ${what} is empty; give it a value, or leave it out`);
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if ([value].flat().includes("")) empty(`option '${option.flags}'`);
  }
  for (const [i, value] of command.processedArgs.entries()) {
    const argument = command.registeredArguments[i];
    if ([value].flat().includes("")) empty(`argument '${argument.name()}'`);
  }
}

/** `netspace notebook bogus --help` names a command that there is not; its parent's help alone would not say so. */
export function refuseUnknown(parent: Command, takesFor = (_name: string) => false): void {
  parent.addHelpText("beforeAll", () => {
    const [first, second] = parent.args;
    const name = first === "help" ? second : first;
    const known = (command: Command) => command.name() === name || command.aliases().includes(name);
    const given = name === undefined || name.startsWith("-") || name === "help";
    if (!given && !parent.commands.some(known) && !takesFor(name)) {
      parent.error(`error: unknown command '${name}'`);
    }
    return "";
  });
}
