/**
 * Executed cells of all sessions in a SQLite file, as IPython keeps them.
 *
 * Several kernels share the file. SQLite as WebAssembly locks it with a folder beside it, which a killed
 * process leaves behind: one far older than any transaction takes is nobody's and is removed.
 */

import { rmdirSync, statSync } from "node:fs";
import sqlite from "node-sqlite3-wasm";
import type { HistoryEntry } from "./messages.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, start TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS history (
    session INTEGER NOT NULL, line INTEGER NOT NULL, input TEXT NOT NULL, output TEXT,
    PRIMARY KEY (session, line)
  ) WITHOUT ROWID;`;
const LATEST_FIRST = "ORDER BY session DESC, line DESC LIMIT ?";
const STALE_LOCK_MS = 10_000;
/** Longer than a lock takes to become stale, or a killed kernel would cost the others their history. */
const BUSY_MS = 12_000;

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
  readonly #file: string;
  readonly #database: InstanceType<typeof sqlite.Database>;

  /** @param file a path, or `:memory:` */
  constructor(file: string) {
    this.#file = file;
    this.#database = new sqlite.Database(file);
    this.#patiently(() => this.#database.exec(SCHEMA));
  }

  /** Begins a session. @returns its number, counted over all kernels */
  begin(): number {
    const start = new Date().toISOString();
    return this.#patiently(() =>
      Number(this.#database.run("INSERT INTO sessions (start) VALUES (?)", [start]).lastInsertRowid),
    );
  }

  /** Stores what is new of a session, all or nothing. */
  write(session: number, changes: readonly HistoryChange[]): void {
    this.#patiently(() => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        for (const { line, input, output = null } of changes) {
          const [sql, values] =
            input === undefined
              ? ["UPDATE history SET output = ? WHERE session = ? AND line = ?", [output, session, line]]
              : ["INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", [session, line, input, output]];
          this.#database.run(sql, values);
        }
        this.#database.exec("COMMIT");
      } catch (error) {
        if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** The cells a query of a session asks for, oldest first. */
  read(session: number, query: HistoryQuery): HistoryEntry[] {
    const rows = this.#patiently(() => this.#rows(session, query)) as unknown as Row[];
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
        return this.#database.all(`SELECT * FROM history ${LATEST_FIRST}`, [query.n]);
      case "range": {
        const session = query.session > 0 ? query.session : current + query.session;
        const where = "WHERE session = ? AND line >= ? AND line < ?";
        return this.#database.all(`SELECT * FROM history ${where} ${LATEST_FIRST}`, [
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
        if (!query.unique) return this.#database.all(`${matching} ${LATEST_FIRST}`, values);
        const latest = "row_number() OVER (PARTITION BY input ORDER BY session DESC, line DESC) AS age";
        const ranked = matching.replace("*", `*, ${latest}`);
        return this.#database.all(`SELECT * FROM (${ranked}) WHERE age = 1 ${LATEST_FIRST}`, values);
      }
    }
  }

  /** Tries again while another kernel writes. */
  #patiently<T>(work: () => T): T {
    const deadline = Date.now() + BUSY_MS;
    for (;;) {
      try {
        return work();
      } catch (error) {
        const locked = error instanceof Error && /locked|busy/i.test(error.message);
        if (!locked || Date.now() > deadline) throw error;
        this.#removeStaleLock();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 + Math.random() * 20);
      }
    }
  }

  #removeStaleLock(): void {
    const lock = `${this.#file}.lock`;
    try {
      if (Date.now() - statSync(lock).mtimeMs > STALE_LOCK_MS) rmdirSync(lock);
    } catch {
      // Its owner was faster.
    }
  }
}
