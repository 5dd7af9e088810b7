/**
 * The hosts of this process's kernel: packages that cells import from wherever they are, besides the kernel's own.
 *
 * The kernelspec names their folders in the kernel's arguments (`--host=FOLDER`), so that the kernel knows none by
 * itself. By the first it goes: its name is the one of the history and of environment variables, and stands in the
 * banner. Without any the kernel goes by its own.
 */

import { HostError, type HostPackage, readHost } from "./host-package.js";
import { NAME, VERSION } from "./package.js";

let served: readonly HostPackage[] = [];

/**
 * Has the kernel of this process serve hosts. Called once, before anything asks.
 *
 * @param folders of the hosts' packages
 * @param log told of those that are not there, of which there will be none
 */
export function serve(folders: readonly string[], log: (line: string) => void = () => {}): void {
  served = folders.flatMap(folder => {
    try {
      return [readHost(folder)];
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      log(`${error.message}; register the kernel again where its host is now`);
      return [];
    }
  });
}

/** All hosts. */
export const hosts = (): readonly HostPackage[] => served;

/** The name and version that the kernel goes by. */
export function identity(): { name: string; version: string } {
  const [first] = served;
  return first ? { name: first.name, version: first.version } : { name: NAME, version: VERSION };
}

/** The kernel's name in paths and variables: `@scope/host` is `scope-host` there. */
export const plainName = (name: string = identity().name): string =>
  name.replace(/^@/, "").replace(/[^\w.-]+/g, "-");

/** What a user may set. */
export type Setting = "HISTORY" | "PACKAGES" | "REST_AFTER" | "TYPECHECK";

/**
 * A setting of the user's: an environment variable that begins with the name the kernel goes by, such as
 * `TYPESCRIPT_JUPYTER_KERNEL_HISTORY`.
 */
export function setting(name: Setting, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[variable(name)];
}

/** What an environment variable of the kernel's is called. */
export const variable = (name: Setting | "STARTED_BY"): string =>
  `${plainName().replace(/\W+/g, "_").toUpperCase()}_${name}`;

const ARGUMENT = "--host=";

/** The argument by which a kernel serves none, also where a package brings it along. */
export const NO_HOST = ARGUMENT;

/** The arguments by which another process of the kernel serves the same hosts. */
export const hostArguments = (folders: readonly string[] = served.map(({ folder }) => folder)): string[] =>
  folders.map(folder => ARGUMENT + folder);

/** The hosts that arguments begin with, and the arguments behind them. */
export function withoutHosts(args: readonly string[]): { folders: string[]; rest: string[] } {
  const end = args.findIndex(each => !each.startsWith(ARGUMENT));
  const count = end < 0 ? args.length : end;
  return {
    folders: args
      .slice(0, count)
      .filter(each => each !== NO_HOST)
      .map(each => each.slice(ARGUMENT.length)),
    rest: args.slice(count),
  };
}
