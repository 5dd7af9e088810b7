/** A local file that cannot be compiled. */

import type { Position, Source } from "./cell.js";

/** Thrown when a file is loaded; carries the place, so that the traceback can show the line. */
export class FileSyntaxError extends SyntaxError {
  readonly #file: Source;
  readonly #position: Position;

  constructor(message: string, file: Source, position: Position) {
    super(`${message} (${file.label}:${position.line}:${position.column})`);
    this.#file = file;
    this.#position = position;
  }

  /** The file as the user wrote it. */
  get file(): Source {
    return this.#file;
  }

  /** The place in the file. */
  get position(): Position {
    return this.#position;
  }
}
