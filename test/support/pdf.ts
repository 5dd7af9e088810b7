/** What a PDF of ours holds, read by its own structure (ISO 32000), not by the library that wrote it. */
import { inflateSync } from "node:zlib";

export interface ReadPdf {
  /** Width and height of each page, points. */
  readonly pages: readonly (readonly [number, number])[];
  /** The names of the fonts that are in it, each with its outlines. */
  readonly embedded: readonly string[];
  /** Each piece of text that can be selected, in the order of drawing. */
  readonly texts: readonly string[];
  /** How many times something is drawn along a path: filled, stroked, or both. */
  readonly painted: number;
  readonly images: number;
}

export function readPdf(bytes: Buffer): ReadPdf {
  const file = bytes.toString("latin1");
  const objects = new Map(
    [...file.matchAll(/^(\d+) 0 obj\s([\s\S]*?)endobj/gm)].map(([, id, body]) => [id, body]),
  );
  const all = [...objects.values()];
  const stream = (id: string): string => {
    const body = objects.get(id)!;
    const start = body.indexOf("stream\n") + "stream\n".length;
    const raw = Buffer.from(body.slice(start, body.lastIndexOf("\nendstream")), "latin1");
    return (body.includes("/FlateDecode") ? inflateSync(raw) : raw).toString("latin1");
  };
  const pages = all.filter(body => /\/Type \/Page\b(?!s)/.test(body));
  const [, contents] = /\/Contents (\d+) 0 R/.exec(pages[0])!;
  const drawn = stream(contents);
  const characters = new Map(
    [...all.join("\n").matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => {
      const [, unicode] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)!)!;
      return [name, codesOf(stream(unicode))];
    }),
  );
  const texts = [...drawn.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)];
  let font: ReadonlyMap<string, string> = new Map();
  const words = texts.flatMap(([, name, shown]) => {
    if (name) font = characters.get(name)!;
    if (!shown) return [];
    const codes = [...shown.matchAll(/<([\da-f]+)>/g)].flatMap(([, hex]) => hex.match(/.{4}/g)!);
    return [codes.map(code => font.get(code) ?? "\ufffd").join("")];
  });
  return {
    pages: pages.map(body => {
      const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(body)!;
      return [Number(width), Number(height)];
    }),
    embedded: all.flatMap(body =>
      /\/FontFile2 \d+ 0 R/.test(body) ? [/\/FontName \/[A-Z]{6}\+(\S+)/.exec(body)![1]] : [],
    ),
    texts: words,
    painted: [...drawn.matchAll(/^(?:f|S|B)\*?$/gm)].length,
    images: all.filter(body => body.includes("/Subtype /Image")).length,
  };
}

/** The characters of a font's codes, as its ToUnicode map gives them. */
function codesOf(map: string): Map<string, string> {
  const ranges = [...map.matchAll(/<([\da-f]+)> <[\da-f]+> \[([^\]]*)\]/g)];
  return new Map(
    ranges.flatMap(([, from, values]) =>
      [...values.matchAll(/<([^>]*)>/g)].map(([, hex], i): [string, string] => [
        (Number.parseInt(from, 16) + i).toString(16).padStart(4, "0"),
        (hex.match(/[\da-f]{4}/g) ?? []).map(unit => String.fromCharCode(Number.parseInt(unit, 16))).join(""),
      ]),
    ),
  );
}
