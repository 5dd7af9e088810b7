/**
 * Executed cells of all sessions in a SQLite file, as IPython keeps them. Several kernels share the file; SQLite locks
 * it, and the lock of a kernel that was killed goes with it.
 */

import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { HistoryEntry } from "../protocol/messages.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, start TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS history (
    session INTEGER NOT NULL, line INTEGER NOT NULL, input TEXT NOT NULL, output TEXT,
    PRIMARY KEY (session, line)
  ) WITHOUT ROWID;`;
const LATEST_FIRST = "ORDER BY session DESC, line DESC LIMIT ?";
/** How long a call waits for another kernel's lock; whoever calls tries again. */
const BUSY_MS = 200;

/** What is new of a cell; one without input was stored before, and now has its output. */
export interface HistoryChange {
  line: number;
  input?: string;
  output?: string;
}

/** Which cells a client asks for. Session 0 is its own, negative ones count back from there. */
export type HistoryQuery =
  | { kind: "tail"; n: number; output: boolean }
  | { kind: "range"; session: number; start: number; stop: number; output: boolean }
  | { kind: "search"; pattern: string; n: number; unique: boolean; output: boolean };

interface Row {
  session: number;
  line: number;
  input: string;
  output: string | null;
}

/** The history file, open. */
export class HistoryStore {
  readonly #database: DatabaseSync;

  /** @param file a path, or `:memory:` */
  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: BUSY_MS });
    try {
      this.#database.exec(SCHEMA);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /**
   * Stores what is new of a session, all or nothing.
   *
   * @param session left out for a new one
   * @returns the session's number, counted over all kernels
   */
  write(session: number | undefined, changes: readonly HistoryChange[]): number {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const number = session ?? this.#begin();
      for (const { line, input, output = null } of changes) {
        const [sql, values]: [string, SQLInputValue[]] =
          input === undefined
            ? ["UPDATE history SET output = ? WHERE session = ? AND line = ?", [output, number, line]]
            : ["INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", [number, line, input, output]];
        this.#database.prepare(sql).run(...values);
      }
      this.#database.exec("COMMIT");
      return number;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #begin(): number {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO sessions (start) VALUES (?)")
      .run(new Date().toISOString());
    return Number(lastInsertRowid);
  }

  /** The cells a query of a session asks for, oldest first. */
  read(session: number, query: HistoryQuery): HistoryEntry[] {
    const rows = this.#rows(session, query) as unknown as Row[];
    const entry = ({ session: number, line, input, output }: Row): HistoryEntry => [
      number,
      line,
      query.output ? [input, output] : input,
    ];
    return rows.map(entry).toReversed();
  }

  close(): void {
    this.#database.close();
  }

  #rows(current: number, query: HistoryQuery): object[] {
    switch (query.kind) {
      case "tail":
        return this.#all(`SELECT * FROM history ${LATEST_FIRST}`, [query.n]);
      case "range": {
        const session = query.session > 0 ? query.session : current + query.session;
        const where = "WHERE session = ? AND line >= ? AND line < ?";
        return this.#all(`SELECT * FROM history ${where} ${LATEST_FIRST}`, [
          session,
          query.start,
          query.stop,
          -1,
        ]);
      }
      case "search": {
        // Brackets mean themselves: patterns are mostly what somebody began to type.
        const values = [query.pattern.replaceAll("[", "[[]"), query.n];
        const matching = "SELECT * FROM history WHERE input GLOB ?";
        if (!query.unique) return this.#all(`${matching} ${LATEST_FIRST}`, values);
        const latest = "row_number() OVER (PARTITION BY input ORDER BY session DESC, line DESC) AS age";
        const ranked = matching.replace("*", `*, ${latest}`);
        return this.#all(`SELECT * FROM (${ranked}) WHERE age = 1 ${LATEST_FIRST}`, values);
      }
    }
  }

  #all(sql: string, values: SQLInputValue[]): object[] {
    return this.#database.prepare(sql).all(...values);
  }
}
