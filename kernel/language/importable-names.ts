/**
 * Names that a cell could use if it imported them: those of the kernel's hosts or its own, Node's, those of the notebook's packages.
 *
 * The language server can offer such names itself, but then reads every installed package: 2 s and 180 MB where
 * 190 are installed. Reading off the names of the modules in question takes a tenth of a second.
 */

import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Log } from "../base/log.js";
import { projectFolder, userPackagesFolder } from "../modules/packages-folder.js";
import { codeFolder } from "../hosts/package.js";
import type { NamesReply, NamesRequest } from "./list-names.js";

/** A name and the module it comes from. */
export interface ImportableName {
  name: string;
  module: string;
  /** Whether it stands for the module's default export, which has whatever name one gives it. */
  isDefault: boolean;
}

/** What is between `import` and the end of its line. */
export function importClause({ name, module, isDefault }: ImportableName): string {
  return `${isDefault ? name : `{ ${name} }`} from "${module}";`;
}

/** Thousands of names, a hundred bytes each. */
const MAX_BYTES = 32e6;

const LIST_NAMES = ["--no-warnings", fileURLToPath(new URL("./list-names.js", import.meta.url))];

/** Finds importable names. */
export class ImportableNames {
  readonly #folder: string;
  readonly #own: Readonly<Record<string, string>>;
  readonly #log: Log;
  /** By name, in the order in which modules are preferred. */
  #byName = new Map<string, ImportableName[]>();
  #loading: Promise<void> = Promise.resolve();
  #read: number | undefined;

  /**
   * @param folder the notebook's, whose packages count
   * @param own declaration files of the modules that the kernel brings
   */
  constructor(folder: string, own: Readonly<Record<string, string>>, log: Log) {
    this.#folder = folder;
    this.#own = own;
    this.#log = log;
  }

  /** Reads the names at first, and again when packages were installed. */
  load(): Promise<void> {
    const read = manifests(this.#folder).reduce((sum, file) => sum + modified(file), 0);
    if (read !== this.#read) {
      this.#read = read;
      this.#loading = this.#loading.then(() => this.#load());
    }
    return this.#loading;
  }

  /** All that begin with a text, be it in other capitals, in the order of the names. */
  find(start: string): ImportableName[] {
    const wanted = start.toLowerCase();
    const names = [...this.#byName.keys()].filter(name => name.toLowerCase().startsWith(wanted));
    return names.toSorted().flatMap(name => this.#byName.get(name) ?? []);
  }

  /** The one of exactly this name that is to be preferred. */
  named(name: string): ImportableName | undefined {
    return this.#byName.get(name)?.[0];
  }

  /**
   * Another process reads the files: it takes a tenth of a second and some 50 MB, which this one would not give
   * back, nor answer meanwhile.
   */
  async #load(): Promise<void> {
    const request: NamesRequest = { own: this.#own, manifests: manifests(this.#folder) };
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...LIST_NAMES, JSON.stringify(request)],
        {
          cwd: codeFolder,
          maxBuffer: MAX_BYTES,
        },
      );
      const { names, notes } = JSON.parse(stdout) as NamesReply;
      for (const note of notes) this.#log(note);
      this.#byName = new Map();
      for (const each of names) this.#byName.set(each.name, [...(this.#byName.get(each.name) ?? []), each]);
    } catch (error) {
      this.#log(`no names are offered for import: ${String(error)}`);
    }
  }
}

/** The package.json files whose dependencies a notebook can import. */
function manifests(folder: string): string[] {
  const folders = [projectFolder(folder), userPackagesFolder()];
  return folders.flatMap(each => (each === undefined ? [] : [path.join(each, "package.json")]));
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
