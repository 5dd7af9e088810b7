/** `netspace kernel install|uninstall`: hands over to the kernel's own installer, a program of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../paths.js";

async function installer(args: readonly string[]): Promise<void> {
  const program = join(packageRoot, "dist", "kernel", "install.js");
  const child = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  process.exitCode = code ?? 1;
}

export const kernelCommand = (): Command => {
  const command = new Command("kernel").description("register the Jupyter kernel, or take it back");
  for (const action of ["install", "uninstall"]) {
    command
      .command(action)
      .description(`${action} the kernelspec (arguments go to the installer; --help lists them)`)
      .allowUnknownOption()
      .helpOption(false)
      .argument("[args...]")
      .action(async (args: string[]) => installer(action === "uninstall" ? ["--uninstall", ...args] : args));
  }
  return command;
};
