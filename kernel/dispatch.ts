/** One handler a request; executions have a queue of their own. */

import { booleanField, integerField, stringField } from "./fields.js";
import type { History } from "./history.js";
import { kernelInfo } from "./kernel-info.js";
import { codePoints } from "./language/positions.js";
import type { LanguageService } from "./language/service.js";
import type { HistoryEntry, Replies, RequestType } from "./messages.js";

type Content = Record<string, unknown>;

/** Handlers by request type; each gives the content of its reply, or throws a FieldError. */
export type Handlers = {
  [T in Exclude<RequestType, "execute_request">]: (content: Content) => Promise<Replies[T]>;
};

/** What handlers need from the kernel. */
export interface HandlerOptions {
  language: LanguageService;
  history: History;
  interrupt: () => void;
}

/** The kernel's handlers. */
export function createHandlers({ language, history, interrupt }: HandlerOptions): Handlers {
  return {
    kernel_info_request: async () => kernelInfo(),
    complete_request: async content => {
      const { code, cursor } = readCursor(content);
      return language.complete(code, cursor);
    },
    inspect_request: async content => {
      const { code, cursor } = readCursor(content);
      return language.inspect(code, cursor, integerField(content, "detail_level", 0));
    },
    is_complete_request: async content => language.isComplete(stringField(content, "code")),
    history_request: async content => ({ history: historyFor(content, history) }),
    comm_info_request: async () => ({ comms: {} }),
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

function historyFor(content: Content, history: History): HistoryEntry[] {
  const output = booleanField(content, "output", false);
  switch (stringField(content, "hist_access_type", "tail")) {
    case "range": {
      const session = integerField(content, "session", 0, -Infinity);
      const start = integerField(content, "start", 0);
      const stop = integerField(content, "stop", Number.MAX_SAFE_INTEGER);
      return history.range(session, start, stop, output);
    }
    case "search": {
      const n = integerField(content, "n", Number.MAX_SAFE_INTEGER);
      const unique = booleanField(content, "unique", false);
      return history.search(stringField(content, "pattern", "*"), { n, unique, output });
    }
    default:
      return history.tail(integerField(content, "n", 10), output);
  }
}
