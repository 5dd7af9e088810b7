/** What was executed in this session, for clients that ask. */

import type { HistoryEntry } from "./messages.js";

interface Entry {
  line: number;
  input: string;
  output: string | null;
}

const SESSION = 1;

/** Executed cells, oldest first. */
export class History {
  readonly #entries: Entry[] = [];

  /** Remembers a cell that is about to run. */
  add(line: number, input: string): void {
    this.#entries.push({ line, input, output: null });
  }

  /** Remembers the plain form of a cell's result. */
  setOutput(line: number, output: string): void {
    const entry = this.#entries.findLast(each => each.line === line);
    if (entry) entry.output = output;
  }

  /** The last `n` cells, oldest first. */
  tail(n: number, output: boolean): HistoryEntry[] {
    return this.#format(n > 0 ? this.#entries.slice(-n) : [], output);
  }

  /** Cells with `start <= line < stop`. Session 0 is this one. */
  range(session: number, start: number, stop: number, output: boolean): HistoryEntry[] {
    if (session !== 0 && session !== SESSION) return [];
    return this.#format(
      this.#entries.filter(({ line }) => line >= start && line < stop),
      output,
    );
  }

  /** The last `n` cells that match a pattern with `*` and `?`; `unique` leaves out repeated inputs. */
  search(pattern: string, { n = Infinity, unique = false, output = false } = {}): HistoryEntry[] {
    const regexp = new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", "[\\s\\S]*")
        .replaceAll("?", "[\\s\\S]")}$`,
    );
    let found = this.#entries.filter(({ input }) => regexp.test(input));
    if (unique)
      found = found.filter((entry, i) => !found.slice(i + 1).some(({ input }) => input === entry.input));
    return this.#format(found.slice(Number.isFinite(n) ? -n : 0), output);
  }

  #format(entries: Entry[], output: boolean): HistoryEntry[] {
    return entries.map(({ line, input, output: text }) => [SESSION, line, output ? [input, text] : input]);
  }
}
