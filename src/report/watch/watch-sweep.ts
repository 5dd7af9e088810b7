/** A server of one page, for browsers on this machine: a sweep while it runs. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { unreadablePage, watchPage, watchPolicy } from "./watch-page.js";
import { requireNoSearch, watchedSweep } from "./watched-sweep.js";

/** A page that is being served. */
export interface Watch {
  /** Where it is, its token included: whoever has this address sees the page. */
  readonly url: string;
  /** Ends the server. */
  close(): void;
}

const HOST = "127.0.0.1";
/** A page is kept for so long, and for so many times what it took to make: however many ask, reading takes a fifth of a core at most. */
const [KEPT_MS, KEPT_TIMES] = [2000, 4];

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": watchPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

/**
 * Serves a page of the sweep in a folder, which renews itself. The server listens to this machine alone, answers whoever knows its
 * token, and opens that folder and no other; it changes nothing there. A folder without a sweep is waited for.
 *
 * @param port 0: any that is free
 * @throws Error if the port is taken or not allowed, and for the folder of a search in which there never is a sweep
 */
export async function watchSweep(folder: string, port = 0): Promise<Watch> {
  if (!(Number.isInteger(port) && port >= 0 && port < 2 ** 16)) {
    throw new Error(
      `sweep watch: expected a port from 0 to 65535, got ${port}; leave --port out for any that is free`,
    );
  }
  requireNoSearch(folder);
  const token = randomBytes(24).toString("base64url");
  let kept: { readonly page: string; readonly until: number } | undefined;
  const page = (): string => {
    const began = performance.now();
    if (kept && began < kept.until) return kept.page;
    const made = watchPage(watchedSweep(folder), folder);
    const ended = performance.now();
    kept = { page: made, until: ended + Math.max(KEPT_MS, KEPT_TIMES * (ended - began)) };
    return made;
  };
  const server = createServer((request, response) => {
    const say = (status: number, text: string, more = {}) =>
      response
        .writeHead(status, { ...headers, ...more, "content-type": "text/plain; charset=utf-8" })
        .end(`${text}\n`);
    const refused = refusal(request, token);
    if (refused) {
      say(refused.status, refused.text, refused.status === 405 ? { allow: "GET, HEAD" } : {});
      return;
    }
    try {
      const made = page();
      response.writeHead(200, headers).end(made);
    } catch (error) {
      // A folder that is being written, moved or removed may be readable again the next time.
      const why = `The sweep's folder cannot be read: ${(error as Error).message}`;
      response.writeHead(503, headers).end(unreadablePage(why));
    }
  });
  try {
    server.listen(port, HOST);
    await once(server, "listening");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === "EADDRINUSE" ? `port ${port} is taken` : message;
    throw new Error(`sweep watch: ${problem}; choose another --port, or leave it out for any that is free`, {
      cause,
    });
  }
  const address = server.address() as { readonly port: number };
  return {
    url: `http://${HOST}:${address.port}/?token=${token}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Why a request is not answered. One under another host's name comes from a page elsewhere whose name was pointed here. Who has no
 * token learns nothing of what there is.
 */
function refusal(
  { method, url = "", headers: { host = "" } }: IncomingMessage,
  token: string,
): { readonly status: number; readonly text: string } | undefined {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host))
    return { status: 403, text: "This server answers as 127.0.0.1 alone" };
  if (method !== "GET" && method !== "HEAD") return { status: 405, text: "This page can only be read" };
  const asked = URL.canParse(url, `http://${HOST}`) ? new URL(url, `http://${HOST}`) : undefined;
  if (!sameText(asked?.searchParams.get("token") ?? "", token)) {
    return {
      status: 403,
      text: "The address lacks its token; take the whole one that netspace sweep watch printed",
    };
  }
  return asked?.pathname === "/" ? undefined : { status: 404, text: "There is one page here, at /" };
}

/** In a time that says nothing of where two texts differ, nor of their lengths. */
function sameText(a: string, b: string): boolean {
  const [one, other] = [a, b].map(text => createHash("sha256").update(text).digest());
  return timingSafeEqual(one, other);
}
