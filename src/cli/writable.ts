/** Whether a command's outcome can be written, asked before the work that leads to it. */
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { requireRegular } from "../base/node/regular-file.js";

/** @throws Error naming the command, if a file can neither be made nor written over */
export function requireFile(command: string, file: string): void {
  try {
    const old = statSync(file, { throwIfNoEntry: false });
    if (old) requireRegular(file, old);
    const folder = dirname(resolve(file));
    // To some versions of Node, what lies below a file is only missing.
    if (!old && !statSync(folder).isDirectory()) throw new Error(`ENOTDIR: ${folder} is no folder`);
    accessSync(old ? file : folder, constants.W_OK);
  } catch (cause) {
    throw new Error(
      `${command}: expected a file that can be written, got ${file} (${(cause as Error).message}); choose another`,
      { cause },
    );
  }
}

/** Makes a folder if need be. @throws Error naming the command, if it cannot be made or written in */
export function requireFolder(command: string, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new Error(
      `${command}: expected a folder to write in, got ${folder} (${(cause as Error).message}); choose another`,
      { cause },
    );
  }
}
