/** What type errors do. */

/** They are shown beside the output; they are shown and the cell does not run; nothing. */
export type TypecheckMode = "warn" | "error" | "off";

/** Where the mode is kept: `%typecheck` sets it, whatever checks types reads it. */
export interface TypecheckSetting {
  mode: TypecheckMode;
}

/** The modes there are. */
export const TYPECHECK_MODES: readonly TypecheckMode[] = ["warn", "error", "off"];

/** Whether a word is one of the modes. */
export function isTypecheckMode(word: string): word is TypecheckMode {
  return TYPECHECK_MODES.some(mode => mode === word);
}
