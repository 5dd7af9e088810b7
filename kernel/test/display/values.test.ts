/** Values of cells as the process that runs them shows them: as they are, without the kernel's notes on them. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostedCells } from "../support/hosted-cells.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("values of cells", { timeout: 300_000 }, () => {
  const cells = hostedCells(temporaryFolder());
  const run = async (code: string, late?: RegExp) => {
    const { value: plain, trace = "", ...rest } = await cells.run(code, late);
    return { plain, trace, ...rest };
  };
  /** What only the kernel's own objects have. */
  const KERNEL = /Execution|allowStdin|AsyncContextFrame|context_frame|kResourceStore/;

  test("promises are shown alone, also when something numbers them", async () => {
    assert.equal((await run("Promise.resolve(1)")).plain, "Promise { 1 }");
    await run(
      "import { test } from 'node:test'; import { createHook } from 'node:async_hooks'; createHook({ init() {} }).enable()",
    );
    assert.equal(
      (await run("[Promise.resolve(1), (async () => 2)()]")).plain,
      "[ Promise { 1 }, Promise { 2 } ]",
    );
    const { text } = await run("console.log(Promise.resolve(3)); console.dir({ p: Promise.resolve(4) })");
    assert.equal(text, "Promise { 3 }\n{ p: Promise { 4 } }\n");
  });

  test("holes of an array are no values, however many they are", async () => {
    for (const [code, shown] of [
      ["[,]", "[ <1 empty item> ]"],
      ["new Array(3)", "[ <3 empty items> ]"],
      ["new Array(4e9)", "[ <4000000000 empty items> ]"],
      ["let far: any[] = []; far[4e9] = 1; far", "[ <4000000000 empty items>, 1 ]"],
      ["[, new Promise(() => {})]", "[ <1 empty item>, Promise { <pending> } ]"],
      ["[new Promise(() => {})]", "[ Promise { <pending> } ]\n… did you forget await Promise.all(…)?"],
      ["({ dtype: 'int', shape: new Array(4e9), data: [] }).shape.length", "4000000000"],
      ["({ dtype: 'x', shape: [,], data: [1] })", "{ dtype: 'x', shape: [ <1 empty item> ], data: [ 1 ] }"],
      ["({ data: [,], layout: {} })", "{ data: [ <1 empty item> ], layout: {} }"],
    ] as const) {
      assert.equal((await run(code)).plain, shown, code);
    }
  });

  test("timers, sockets, servers and resources do not show the cell they belong to", async () => {
    await run(`
      import { AsyncResource, AsyncLocalStorage } from "node:async_hooks";
      import { EventEmitterAsyncResource } from "node:events";
      import http from "node:http";
      import { connect } from "node:net";
      const server = http.createServer((_, response) => response.end("x")).listen(0, "127.0.0.1");
      await new Promise(resolve => server.on("listening", resolve));
      const socket = connect(server.address().port, "127.0.0.1");
      await new Promise(resolve => socket.on("connect", resolve));
      const response = await fetch("http://127.0.0.1:" + server.address().port);
      class Own extends AsyncResource { constructor() { super("own") } }
      const all: Record<string, any> = {
        timeout: setTimeout(() => {}, 1), interval: setInterval(() => {}, 1e6), immediate: setImmediate(() => {}),
        promise: new Promise(() => {}), server, socket, response, resource: new AsyncResource("x"), own: new Own(),
        emitter: new EventEmitterAsyncResource({ name: "e" }), storage: new AsyncLocalStorage(),
        signal: AbortSignal.timeout(1e6), child: require("child_process").spawn("true"),
      }; 0`);
    for (const code of [
      "all",
      "Object.values(all)",
      "all.timeout",
      "all.immediate",
      "all.server",
      "[all.own]",
    ]) {
      const { plain } = await run(code);
      assert.doesNotMatch(String(plain), KERNEL, code);
    }
    assert.match(String((await run("all.immediate")).plain), /Immediate \{/);
    const { text } = await run(
      "for (const each of Object.values(all)) { console.log(each); console.dir(each, { depth: 9 }) }" +
        "console.table([{ timer: all.immediate }]); console.log('%O', all.timeout)",
    );
    assert.doesNotMatch(text, KERNEL);
    const { trace } = await run("throw Object.assign(new Error('m'), all)");
    assert.doesNotMatch(trace, KERNEL);
    const { displays } = await run(
      "for (const each of Object.values(all)) display(each); display([{ p: all.promise }])",
    );
    assert.doesNotMatch(JSON.stringify(displays), KERNEL);
    await run("clearInterval(all.interval); socket.destroy(); server.close(); server.closeAllConnections()");
  });

  test("a timer belongs to its cell nevertheless, and can be refreshed and read", async () => {
    const { text } = await run(
      "const t = setTimeout(() => console.log('rang'), 1); t.refresh(); setImmediate(() => console.log('now'))",
      /rang/,
    );
    assert.match(text, /now[^]*rang|rang[^]*now/);
  });

  test("proxies that answer everything end the cell as any value does", async () => {
    await run("const remote = new Proxy(function () {}, { get: () => remote, apply: () => remote })");
    assert.equal((await run("remote")).plain, "[Function (anonymous)]");
    assert.equal((await run("[remote]")).plain, "[ [Function (anonymous)] ]");
    assert.equal((await run("console.log(remote)")).text, "[Function (anonymous)]\n");
    assert.equal((await run("display(remote)")).displays.length, 1);
    assert.equal((await run("throw remote")).error?.evalue, "[Function (anonymous)]");
    const strict =
      "new Proxy({}, { get(_, key) { throw new Error('no ' + String(key)) }, getPrototypeOf() { throw 1 } })";
    assert.equal((await run(strict)).plain, "{}");
    assert.equal((await run(`display(${strict})`)).displays.length, 1);
    const revoked = "const { proxy, revoke } = Proxy.revocable([], {}); revoke(); proxy";
    assert.equal((await run(revoked)).plain, "<Revoked Proxy>");
  });

  test("a display that fails is told once, with its line", async () => {
    const { plain, text } = await run(
      "({\n[Symbol.for('Jupyter.display')]() {\nthrow new Error('mine') } })",
    );
    assert.match(text, /^display failed: .*mine\n\nIn \[\d+\], line 3/);
    assert.equal(text.match(/mine/g)?.length, 2);
    assert.match(String(plain), /Jupyter\.display/);
  });

  test("groups of the console end with their cell, and are its own", async () => {
    assert.equal(
      (await run("console.group('a', 1); console.log('in\\nside'); throw 1")).text,
      "a 1\n  in\n  side\n",
    );
    assert.equal((await run("console.log('out'); console.dir({ a: 1 })")).text, "out\n{ a: 1 }\n");
    const nested =
      "console.group(); console.group('b'); console.warn('w'); console.dir([1]); console.groupEnd(); console.info('i');";
    assert.equal(
      (await run(`${nested} console.groupEnd(); console.groupEnd(); console.log('o')`)).text,
      "  b\n    w\n    [ 1 ]\n  i\no\n",
    );
    const table = (
      await run(
        "console.groupCollapsed('t'); console.table([{ a: 1 }]); console.count(); console.assert(false, 'x')",
      )
    ).text;
    assert.match(table, /^t\n {2}┌.*\n {2}│.*\n {2}default: 1\n {2}Assertion failed: x\n$/s);
    // A cell of another shell, or one that waits, indents nothing of its neighbour's.
    const waiting = run(
      "console.group('long'); await new Promise(r => setTimeout(r, 80)); console.log('still in')",
    );
    assert.equal((await run("console.log('beside')")).text, "beside\n");
    assert.equal((await waiting).text, "long\n  still in\n");
    const late = await run("console.group('g'); setTimeout(() => console.log('later'), 5)", /later/);
    assert.equal(late.text, "g\n  later\n");
  });

  test("console.dir looks at a value as it is stored, bounded and without the kernel's notes", async () => {
    const { text } = await run(
      "console.dir({ [Symbol.for('nodejs.util.inspect.custom')]: () => 'mine', a: { b: { c: { d: 1 } } } })",
    );
    assert.match(text, /a: \{ b: \{ c: \[Object\] \} \}/);
    assert.match((await run("console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 9 })")).text, /d: 1/);
    assert.match(
      (await run("const circle = []; circle.push(circle, new Array(1e6).fill(0)); console.dir(circle)")).text,
      /Circular/,
    );
  });

  test("reading standard input is an error that names prompt(), never a wait", async () => {
    for (const code of [
      "await (await import('node:readline/promises')).createInterface({ input: process.stdin, output: process.stdout }).question('?')",
      "require('readline').createInterface(process.stdin)",
      "require('readline').createInterface({ input: process.stdin, terminal: true, output: process.stdout })",
      "for await (const line of process.stdin) line",
      "process.stdin.on('data', () => {})",
      "process.stdin.once('readable', () => {})",
      "process.stdin.pipe(process.stdout)",
      "process.stdin.resume()",
      "process.stdin.setRawMode(true)",
      "await process.stdin.toArray()",
      "require('fs').readFileSync(0, 'utf8')",
      "import { readFileSync } from 'node:fs'; readFileSync('/dev/stdin')",
      "import * as files from 'fs'; files.readSync(0, Buffer.alloc(3))",
      "files.readFileSync(new URL('file:///dev/stdin'))",
      "files.openSync('/proc/self/fd/0')",
      "await files.promises.readFile('/dev/fd/0')",
      "await (await import('fs/promises')).open('/dev/stdin')",
      "await require('util').promisify(files.readFile)(0)",
      "await require('stream/promises').finished(files.createReadStream('/dev/stdin'))",
      "await require('stream/promises').finished(files.createReadStream('', { fd: 0 }).resume())",
    ]) {
      const { error, trace } = await run(code);
      assert.equal(error?.ename, "NoStandardInputError", code);
      assert.match(trace, /prompt\("…"\)[^]*In \[\d+\], line 1/, code);
    }
    const looks =
      "process.stdin.isTTY, process.stdin.fd, process.stdin.setEncoding('utf8') === process.stdin";
    assert.equal((await run(`[${looks}]`)).plain, "[ false, 0, true ]");
    await run("process.stdin.on('end', () => {}).on('close', () => {}).pause().unref()");
    // Other files are what they are, also by this descriptor.
    const other = "files.closeSync(0); [files.openSync('/etc/hosts'), files.readFileSync(0, 'utf8') !== '']";
    assert.equal((await run(other)).plain, "[ 0, true ]");
    const described = "[files.readFileSync.name, files.read.length, Object.keys(files).includes('readSync')]";
    assert.equal((await run(described)).plain, "[ 'readFileSync', 6, true ]");
    assert.equal((await run("require('child_process').execSync('cat', { encoding: 'utf8' })")).plain, "''");
  });

  test("a promise that is still pending at the cell's end says so", async () => {
    const { plain } = await run(
      "async function slow() { await new Promise(r => setTimeout(r, 50)); return 1 }\nslow()",
    );
    assert.equal(plain, "Promise { <pending> }\n… did you forget await?");
  });
});

describe("tests in cells", { timeout: 60_000 }, () => {
  const { run } = hostedCells(temporaryFolder());

  test("node:test prints the result of each of its tests, in every cell", async () => {
    await run("import { test as check } from 'node:test'");
    for (const name of ["one", "two", "three"]) {
      const { text } = await run(`await check("${name}", () => {})`, new RegExp(name));
      assert.match(text, new RegExp(`✔ ${name} `));
    }
    const { text } = await run("await check('fails', () => { throw new Error('mine') })", /fails/);
    assert.match(text, /✖ fails /);
  });
});
