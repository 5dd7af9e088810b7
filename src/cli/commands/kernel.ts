/** `netspace kernel install|uninstall`: hands over to the kernel's own installer, a program of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { packageRoot } from "../../base/node/paths.js";

interface Options {
  prefix?: string;
  name?: string;
  displayName?: string;
  env?: string[];
  json?: boolean;
}

export const kernelCommand = (): Command => {
  const command = new Command("kernel").description("register the Jupyter kernel, or take it back");
  const place = (sub: Command) =>
    sub
      .option(
        "--prefix <folder>",
        "a Python environment or other folder (default: this user's Jupyter folder)",
      )
      .option("--name <name>", "the kernel's name in notebook files (default: netspace)")
      .option("--json", "print one JSON object");
  place(command.command("install"))
    .description("make the kernel known to Jupyter; run it again after moving Node or this package")
    .option("--display-name <text>", "the name people see (default: TypeScript (netspace))")
    .option("--env <name=value>", "an environment variable of the kernel; may be repeated", variables)
    .action(async (options: Options) => installer([], options));
  place(command.command("uninstall"))
    .description("remove what install wrote")
    .action(async (options: Options) => installer(["--remove"], options));
  return command;
};

function variables(value: string, before: string[] = []): string[] {
  if (!/^[^=]+=/.test(value)) throw new InvalidArgumentError("Expected NAME=VALUE.");
  return [...before, value];
}

async function installer(args: string[], options: Options): Promise<void> {
  const { prefix, name, displayName, env = [], json } = options;
  const given = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [`${flag}=${value}`];
  const program = join(packageRoot, "dist", "kernel", "install.js");
  const all = [
    ...args,
    ...given("--prefix", prefix),
    ...given("--name", name),
    ...given("--display-name", displayName),
    ...env.map(variable => `--env=${variable}`),
    ...(json ? ["--json"] : []),
  ];
  const child = spawn(process.execPath, [program, ...all], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  process.exitCode = code ?? 1;
}
