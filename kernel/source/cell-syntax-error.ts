/** A cell that cannot be compiled. */

/** Where and how a cell is wrong; offsets are UTF-16 positions in the text the error was found in. */
export interface SyntaxFault {
  offset: number;
  end: number;
  /** The class of error the user sees; `SyntaxError` unless told. */
  ename?: string;
  help?: string | undefined;
}

/** Thrown by compilation; carries the place, so that the traceback can point at it. */
export class CellSyntaxError extends Error {
  override readonly name = "CellSyntaxError";
  readonly fault: SyntaxFault;

  constructor(message: string, fault: SyntaxFault) {
    super(message);
    this.fault = fault;
  }
}

/** The first error among the parser's findings, which may also be warnings. */
export function firstError<T extends { severity: string }>(findings: readonly T[]): T | undefined {
  return findings.find(({ severity }) => severity === "Error");
}
