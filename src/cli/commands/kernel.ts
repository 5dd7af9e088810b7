/** `netspace kernel install|uninstall`: hands over to the kernel's own installer, a program of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { packageRoot } from "../../base/node/paths.js";
import { ownKernel } from "../../notebook/own-kernel.js";

interface Options {
  prefix?: string;
  name?: string;
  displayName?: string;
  env?: string[];
  json?: boolean;
}

export const kernelCommand = (): Command => {
  const command = new Command("kernel").description("register the Jupyter kernel, or remove it");
  const place = (sub: Command) =>
    sub
      .option(
        "--prefix <folder>",
        "a Python environment or other folder (default: this user's Jupyter folder)",
      )
      .option("--name <name>", `the kernel's name in notebook files (default: ${ownKernel.name})`)
      .option("--json", "print one JSON object");
  place(command.command("install"))
    .description("make the kernel known to Jupyter; run it again after moving Node or this package")
    .option("--display-name <text>", `the name people see (default: ${ownKernel.displayName})`)
    .option("--env <name=value>", "an environment variable of the kernel; may be repeated", variables)
    .action(async (options: Options) => installer(await nodeOfCells(), "install", options));
  place(command.command("uninstall"))
    .description("remove what install wrote")
    .action(async (options: Options) => installer(process.execPath, "uninstall", options));
  return command;
};

function variables(value: string, before: string[] = []): string[] {
  if (!/^[^=]+=/.test(value)) throw new InvalidArgumentError("Expected NAME=VALUE.");
  return [...before, value];
}

/** The Node that runs cells, which may have to be newer than this one; the kernel runs on the one that registers it. */
async function nodeOfCells(): Promise<string> {
  const script = pathToFileURL(join(packageRoot, "scripts", "fetch-node.mjs")).href;
  const { kernelNode } = (await import(script)) as { kernelNode: () => Promise<{ node: string }> };
  return (await kernelNode()).node;
}

async function installer(node: string, verb: "install" | "uninstall", options: Options): Promise<void> {
  const { prefix, name = ownKernel.name, displayName = ownKernel.displayName, env = [], json } = options;
  const given = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [`${flag}=${value}`];
  const program = join(packageRoot, "dist", "kernel", "install.js");
  const all = [
    verb,
    ...given("--prefix", prefix),
    ...given("--name", name),
    ...given("--display-name", displayName),
    ...ownKernel.hosts.map(folder => `--host=${folder}`),
    ...env.map(variable => `--env=${variable}`),
    ...(json ? ["--json"] : []),
  ];
  const child = spawn(node, [program, ...all], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  process.exitCode = code ?? 1;
}
