/**
 * Pictures of Plotly figures without a browser. Plotly needs a page and blocks its thread for a second while it
 * loads, so it runs in a process of its own, which starts with the first picture and ends when it is idle.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Drawing, PictureReply, PictureRequest, Printing } from "./static-image-process.js";

const PROCESS = fileURLToPath(new URL("./static-image-process.js", import.meta.url));

interface Renderer {
  readonly child: ChildProcess;
  readonly waiting: Map<number, { resolve(png: Buffer): void; reject(error: Error): void }>;
}

let renderer: Renderer | undefined;
let requests = 0;

/**
 * Draws a Plotly specification.
 *
 * @param size in CSS pixels; the picture has `scale` times as many in each direction
 * @param vector the SVG, as text, rather than a PNG
 * @throws Error if Plotly rejects the specification, or the drawing process could not run
 */
export const renderPng = (
  specification: unknown,
  { width, height }: { readonly width: number; readonly height: number },
  scale: number,
  vector = false,
): Promise<Buffer> => ask({ specification, width, height, scale, vector });

/** Writes a picture of ours as a PDF. @throws Error if the drawing process could not run */
export const svgToPdf = (svg: string): Promise<Buffer> => ask({ svg });

function ask(asked: Drawing | Printing): Promise<Buffer> {
  renderer ??= start();
  const { child, waiting } = renderer;
  const request: PictureRequest = { id: ++requests, ...asked };
  return new Promise((resolve, reject) => {
    waiting.set(request.id, { resolve, reject });
    // While a picture is awaited the process must live; otherwise it must not keep ours alive.
    child.ref();
    child.channel?.ref();
    child.send(request, error => error && reject(error));
  });
}

function start(): Renderer {
  const child = fork(PROCESS, {
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
  const started: Renderer = { child, waiting: new Map() };
  let complaint = "";
  child.stderr?.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-1000);
  });
  (child.stderr as unknown as { unref(): void }).unref();
  child.on("message", (reply: PictureReply) => {
    const asked = started.waiting.get(reply.id);
    started.waiting.delete(reply.id);
    if ("png" in reply) asked?.resolve(Buffer.from(reply.png));
    else asked?.reject(new Error(`renderPng: ${reply.error}`));
    if (started.waiting.size === 0) {
      child.unref();
      child.channel?.unref();
    }
  });
  child.on("close", () => {
    if (renderer === started) renderer = undefined;
    const error = new Error(
      `renderPng: the drawing process ended${complaint ? `: ${complaint.trim()}` : ""}; the next figure starts another`,
    );
    for (const asked of started.waiting.values()) asked.reject(error);
  });
  return started;
}
