/**
 * Makes data/onnxruntime-web/: of the npm package, which has 139 MB, the two parts that a page needs, as they go into one:
 * its JavaScript as one script, and its WebAssembly compressed. Run with another version to take it over:
 *
 *   node scripts/onnxruntime-web.mjs 1.30.0
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const version = process.argv[2] ?? "1.30.0";
const target = fileURLToPath(new URL("../data/onnxruntime-web/", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "onnxruntime-web-"));
const entry = `
  import { env, InferenceSession, Tensor } from "./package/dist/ort.wasm.bundle.min.mjs";
  // One thread: others need headers that a file has not. No log but of errors.
  Object.assign(env, { logLevel: "error" });
  Object.assign(env.wasm, { numThreads: 1, proxy: false });
  export const open = (wasmBinary, model) => {
    Object.assign(env.wasm, { wasmBinary });
    return InferenceSession.create(model, { executionProviders: ["wasm"] });
  };
  export { Tensor };`;
try {
  const [{ filename, integrity }] = JSON.parse(
    execFileSync("npm", ["pack", `onnxruntime-web@${version}`, "--json"], { cwd: folder, encoding: "utf8" }),
  );
  execFileSync("tar", ["xzf", filename], { cwd: folder });
  const made = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "onnxruntime",
    target: "es2022",
    legalComments: "none",
    logLevel: "error",
    write: false,
  });
  const script = `/* onnxruntime-web ${version}, (c) Microsoft Corporation, MIT licence */\n${made.outputFiles[0].text}`;
  const wasm = readFileSync(path.join(folder, "package", "dist", "ort-wasm-simd-threaded.wasm"));
  writeFileSync(path.join(target, "runtime.js.gz"), gzipSync(script, { level: 9 }));
  writeFileSync(path.join(target, "runtime.wasm.gz"), gzipSync(wasm, { level: 9 }));
  const sha256 = bytes => createHash("sha256").update(bytes).digest("hex");
  const about = {
    package: "onnxruntime-web",
    version,
    licence: "MIT",
    integrity,
    bytes: wasm.length,
    wasm: sha256(wasm),
    script: sha256(script),
  };
  writeFileSync(path.join(target, "about.json"), `${JSON.stringify(about, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
