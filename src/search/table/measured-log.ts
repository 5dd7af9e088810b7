/**
 * What was measured of a table's functions before all of them were: one line for each function, in a folder beside the file that they
 * are for, which goes once that is written. Whoever was stopped, killed or had a measure throw goes on from there.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { isObject } from "../../base/say.js";
import { lockFolder } from "../../trials/store/lock.js";
import { StoreError } from "../../trials/store/store-error.js";
import { canonicalJson } from "../../trials/trial.js";
import type { MeasuredObjective } from "../objective.js";

/** The folder in which a file's measures wait for each other. */
export const measuringFolder = (file: string): string => `${resolve(file)}.measuring`;

/** Values by measure. */
type Values = Map<MeasuredObjective, number>;

/** A line: values by a measure's key, as texts where JSON has no number for them. */
interface Line {
  readonly function: string;
  readonly values: Readonly<Record<string, number | string>>;
}

export class MeasuredLog {
  readonly #folder: string;
  readonly #file: string;
  readonly #unlock: () => void;
  /** By function, then by a measure's key. */
  readonly #known = new Map<string, Record<string, number>>();
  readonly #keys: ReadonlyMap<MeasuredObjective, string>;
  /** Whether the last line was cut short by what stopped its writer. */
  #isTorn: boolean;

  /**
   * @param table what the functions are of: with a measure's name and settings it says what a value is
   * @throws StoreError if another process is at work there, or the folder cannot be written in or read
   */
  constructor(file: string, table: string, measures: readonly MeasuredObjective[]) {
    this.#folder = measuringFolder(file);
    this.#file = join(this.#folder, "measured.jsonl");
    this.#keys = new Map(
      measures.map(one => {
        const identity = canonicalJson([table, one.name, one.settings]);
        return [one, `${one.name} ${createHash("sha256").update(identity).digest("hex").slice(0, 16)}`];
      }),
    );
    this.#unlock = lockFolder(this.#folder);
    try {
      const lines = this.#lines();
      this.#isTorn = lines.at(-1) !== "";
      for (const line of lines) this.#read(line);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** What is known of a function. */
  of(form: string): Values {
    const values = this.#known.get(form) ?? {};
    return new Map(
      [...this.#keys].flatMap(([measure, key]) =>
        Object.hasOwn(values, key) ? [[measure, values[key]] as const] : [],
      ),
    );
  }

  /** Keeps what was measured of a function. @throws StoreError if it cannot be written */
  keep(form: string, values: Values): void {
    const said = Object.fromEntries(
      [...values].map(([measure, value]) => [
        this.#keys.get(measure)!,
        Number.isFinite(value) ? value : String(value),
      ]),
    );
    const line = `${this.#isTorn ? "\n" : ""}${JSON.stringify({ function: form, values: said })}\n`;
    try {
      appendFileSync(this.#file, line);
    } catch (cause) {
      throw new StoreError(
        `packTable: could not write ${this.#file}: ${(cause as Error).message}; what was measured before is kept, run it again once that is mended`,
        { cause },
      );
    }
    this.#isTorn = false;
  }

  /** Gives the folder back, with what is in it. */
  close(): void {
    this.#unlock();
  }

  /** Gives it back, and removes it: its values are where they belong. */
  drop(): void {
    rmSync(this.#file, { force: true });
    this.#unlock();
    try {
      rmdirSync(this.#folder);
    } catch {
      // Another process has begun there.
    }
  }

  #lines(): string[] {
    if (!existsSync(this.#file)) return [""];
    try {
      return readFileSync(this.#file, "utf8").split("\n");
    } catch (cause) {
      throw new StoreError(
        `packTable: expected what was measured before in ${this.#file}, could not read it: ${(cause as Error).message}; make it readable, or remove it`,
        { cause },
      );
    }
  }

  /** A line that is damaged costs its function's values, which are measured again. */
  #read(line: string): void {
    let said: Partial<Line>;
    try {
      said = JSON.parse(line) as Partial<Line>;
    } catch {
      return;
    }
    if (!isObject(said) || typeof said.function !== "string" || !isObject(said.values)) return;
    const values = Object.entries(said.values).map(([key, value]) => [key, Number(value)] as const);
    this.#known.set(said.function, { ...this.#known.get(said.function), ...Object.fromEntries(values) });
  }
}
