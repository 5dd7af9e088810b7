/** One handler a request; executions have a queue of their own. */

import type { CommMessages } from "./comm-messages.js";
import { described } from "../base/described.js";
import { booleanField, FieldError, integerField, stringField } from "../base/fields.js";
import type { History } from "../history/history.js";
import type { HistoryQuery } from "../history/history-store.js";
import { kernelInfo } from "./kernel-info.js";
import { codePoints, utf16Offset } from "../language/positions.js";
import { completeText } from "../language/text-names.js";
import type { LanguageService } from "../language/service.js";
import { completeMagic } from "../language/magics/complete-magic.js";
import { inspectMagic } from "../language/magics/inspect-magic.js";
import { magicCompleteness } from "../language/magics/magic-completeness.js";
import { maskMagics } from "../cells/mask-magics.js";
import type { Replies, RequestType } from "../protocol/messages.js";
import type { Subshells } from "./subshells.js";
import { Usage } from "../processes/usage.js";

type Content = Record<string, unknown>;

/** Handlers by request type, but for those that the kernel itself deals with; each gives the content of its reply, or throws a FieldError. */
export type Handlers = {
  [T in Exclude<RequestType, "execute_request" | "debug_request">]: (content: Content) => Promise<Replies[T]>;
};

/** What handlers need from the kernel. */
export interface HandlerOptions {
  language: LanguageService;
  history: History;
  interrupt: () => void;
  shells: Pick<Subshells, "create" | "delete" | "list">;
  comms: Pick<CommMessages, "info">;
  /** What an expression shows itself as, in one form, when the interpreter is free to say. */
  lookUp: (expression: string, form: string) => Promise<unknown>;
}

/** The kernel's handlers. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { language, history, interrupt, shells, comms, lookUp } = options;
  const usage = new Usage();
  return {
    kernel_info_request: async () => kernelInfo(),
    complete_request: async content => {
      const { code, cursor } = readCursor(content);
      return (
        completeMagic(code, cursor) ??
        (await completeText(code, utf16Offset(code, cursor), lookUp)) ??
        language.complete(maskMagics(code), cursor)
      );
    },
    inspect_request: async content => {
      const { code, cursor } = readCursor(content);
      const detail = integerField(content, "detail_level", 0);
      return inspectMagic(code, cursor) ?? language.inspect(maskMagics(code), cursor, detail);
    },
    is_complete_request: async content => {
      const code = stringField(content, "code");
      return magicCompleteness(code) ?? language.isComplete(maskMagics(code));
    },
    history_request: async content => ({ history: await history.find(historyQuery(content)) }),
    usage_request: async () => usage.measure(),
    comm_info_request: async content => {
      const { target_name: target } = content;
      return { comms: comms.info(target === undefined ? undefined : stringField(content, "target_name")) };
    },
    create_subshell_request: async () => ({ subshell_id: shells.create() }),
    delete_subshell_request: async content => {
      shells.delete(stringField(content, "subshell_id"));
      return {};
    },
    list_subshell_request: async () => ({ subshell_id: shells.list() }),
    interrupt_request: async () => {
      interrupt();
      return {};
    },
    shutdown_request: async content => ({ restart: booleanField(content, "restart", false) }),
  };
}

/** The cursor counts code points; left out, it is at the end. */
function readCursor(content: Content): { code: string; cursor: number } {
  const code = stringField(content, "code");
  return { code, cursor: integerField(content, "cursor_pos", codePoints(code, code.length)) };
}

function historyQuery(content: Content): HistoryQuery {
  const output = booleanField(content, "output", false);
  /** SQLite's word for no limit. */
  const all = -1;
  const kind = stringField(content, "hist_access_type", "tail");
  switch (kind) {
    case "range": {
      const session = integerField(content, "session", 0, -Infinity);
      const start = integerField(content, "start", 0);
      const stop = integerField(content, "stop", Number.MAX_SAFE_INTEGER);
      return { kind, session, start, stop, output };
    }
    case "search": {
      const unique = booleanField(content, "unique", false);
      const n = integerField(content, "n", all, all);
      return { kind, pattern: stringField(content, "pattern", "*"), n, unique, output };
    }
    case "tail":
      return { kind, n: integerField(content, "n", 10), output };
    default:
      throw new FieldError(`"hist_access_type" must be "tail", "range" or "search", got ${described(kind)}`);
  }
}
