import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lockFolder } from "../../src/trials/store/lock.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-lock-"));
const lock = join(folder, "runner.lock");
after(() => rmSync(folder, { recursive: true, force: true }));

const module = new URL("../../src/trials/store/lock.js", import.meta.url).href;
/** `before` runs before the lock's module is there, and may change `fs` under it. */
const inProcess = (code: string, before = ""): ChildProcess =>
  spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
     const folder = ${JSON.stringify(folder)};
     const wait = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
     ${before}; syncBuiltinESMExports();
     const { lockFolder } = await import(${JSON.stringify(module)}); ${code}`,
  ]);

async function endOf(child: ChildProcess): Promise<{ status: number | null; said: string }> {
  let said = "";
  child.stdout!.on("data", text => (said += text));
  child.stderr!.on("data", text => (said += text));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, said };
}

const dead = spawnSync(process.execPath, ["-e", ""]).pid;
let deaths = 0;
/** A lock whose process is gone; no two have the same text, as no two locks do. */
const staleLock = () => JSON.stringify({ pid: dead, host: hostname(), began: "", key: `dead ${++deaths}` });
const noLinks = `fs.linkSync = () => { throw Object.assign(new Error("EPERM: no links here"), { code: "EPERM" }); }`;

test("a lock is held until it is given back, also against this very process", () => {
  const unlock = lockFolder(folder);
  assert.throws(() => lockFolder(folder), { name: "StoreError", message: /is held by process \d+ on / });
  unlock();
  lockFolder(folder)();
  assert.deepEqual(readdirSync(folder), []);
});

test("a lock of a living process is respected; once that is killed, the lock is free", async () => {
  const child = inProcess("lockFolder(folder); console.log('held'); setInterval(() => {}, 1000);");
  await once(child.stdout!, "data");
  assert.throws(() => lockFolder(folder), { message: new RegExp(`is held by process ${child.pid} on `) });
  child.kill("SIGKILL");
  await once(child, "close");
  lockFolder(folder)();
});

test("a lock whose process number another process has now is free", () => {
  // The parent lives, but did not begin when the lock's holder did.
  writeFileSync(lock, JSON.stringify({ pid: process.ppid, host: hostname(), began: "another boot 1" }));
  lockFolder(folder)();
});

test("a lock of another machine, or a file that is no lock, is left alone", () => {
  for (const [content, message] of [
    [JSON.stringify({ pid: 1, host: "elsewhere", began: "" }), /on elsewhere; .*if that machine is gone/],
    ["{}", /is not a lock of netspace/],
  ] as const) {
    writeFileSync(lock, content);
    assert.throws(() => lockFolder(folder), { message });
    assert.equal(readFileSync(lock, "utf8"), content);
  }
  rmSync(lock);
});

test("what no lock can be is told as such, and left alone: folders, links, pipes, other text", () => {
  const lays: [string, () => void][] = [
    ["a folder", () => mkdirSync(join(lock, "mine"), { recursive: true })],
    ["a link that leads nowhere", () => symlinkSync(join(folder, "nowhere"), lock)],
    ["a pipe", () => assert.equal(spawnSync("mkfifo", [lock]).status, 0)],
    ["half a lock", () => writeFileSync(lock, staleLock().slice(0, 20))],
    ["bytes", () => writeFileSync(lock, Buffer.from([0xff, 0xfe, 0, 1]))],
    ["null", () => writeFileSync(lock, "null")],
    ["a process that cannot be", () => writeFileSync(lock, JSON.stringify({ pid: -1, host: hostname() }))],
    ["a fraction of a process", () => writeFileSync(lock, JSON.stringify({ pid: 1.5, host: hostname() }))],
    ["a large file", () => (writeFileSync(lock, ""), truncateSync(lock, 2 ** 32))],
  ];
  for (const [what, lay] of lays) {
    lay();
    const before = lstatSync(lock);
    const expected = { name: "StoreError", message: /runner\.lock is not a lock of netspace; remove it/ };
    assert.throws(() => lockFolder(folder), expected, what);
    const { ino, size } = lstatSync(lock);
    assert.deepEqual([ino, size], [before.ino, before.size], what);
    rmSync(lock, { recursive: true });
    assert.deepEqual(readdirSync(folder), [], what);
  }
});

test("a lock that a power cut emptied is free", () => {
  for (const text of ["", "\0".repeat(90)]) {
    writeFileSync(lock, text);
    lockFolder(folder)();
    assert.deepEqual(readdirSync(folder), []);
  }
});

/** Each that gets the lock makes a file that must not be there yet, and is slow inside. */
const enter = `
  let unlock;
  for (const end = Date.now() + 6000; !unlock && Date.now() < end; wait(3)) {
    try { unlock = lockFolder(folder); } catch (error) { if (!/is held by/.test(error.message)) throw error; }
  }
  fs.closeSync(fs.openSync(folder + "/inside", "wx"));
  wait(700);
  fs.rmSync(folder + "/inside");
  unlock();`;

test("a process that is slow to remove a stale lock removes nobody else's", async () => {
  // Between looking at the stale lock and touching it, and between each later step, it sleeps.
  const slow = `for (const name of ["rmSync", "unlinkSync", "renameSync", "linkSync"]) {
    const call = fs[name];
    fs[name] = (...paths) => {
      if (paths.some(path => String(path).endsWith("runner.lock"))) wait(name === "linkSync" ? 400 : 600);
      return call(...paths);
    };
  }`;
  for (const before of ["", noLinks]) {
    writeFileSync(lock, staleLock());
    const ends = await Promise.all(
      [`${before}; ${slow}`, before, before, before].map(first => endOf(inProcess(enter, first))),
    );
    for (const { status, said } of ends) assert.equal(status, 0, said);
    assert.deepEqual(readdirSync(folder), []);
  }
});

test("a process that is killed while it removes a stale lock stands in nobody's way", async () => {
  const killed = `for (const name of ["rmSync", "unlinkSync", "renameSync"]) {
    const call = fs[name];
    fs[name] = (...paths) => {
      if (paths.some(path => String(path).endsWith("runner.lock"))) process.kill(process.pid, "SIGKILL");
      return call(...paths);
    };
  }`;
  writeFileSync(lock, staleLock());
  const { said } = await endOf(inProcess("lockFolder(folder);", killed));
  assert.equal(said, "");
  assert.ok(readdirSync(folder).length > 1, "it left something behind");
  // As does one that is killed while it frees what the first left.
  await endOf(inProcess("lockFolder(folder);", killed));
  lockFolder(folder)();
  assert.deepEqual(readdirSync(folder), []);
});

test("of four that find one stale lock after another, never two are inside", async () => {
  // Who is inside dies there, as far as anyone can see: a lock of a dead process takes the place of its own.
  const code = `
    let taken = 0;
    for (const end = Date.now() + 2000; Date.now() < end; ) {
      try { lockFolder(folder); } catch (error) { if (!/is held by/.test(error.message)) throw error; continue; }
      fs.closeSync(fs.openSync(folder + "/inside", "wx"));
      const text = JSON.stringify({ pid: ${dead}, host: ${JSON.stringify(hostname())}, began: "", key: process.pid + " " + ++taken });
      fs.writeFileSync(folder + "/dead" + process.pid, text);
      fs.rmSync(folder + "/inside");
      fs.renameSync(folder + "/dead" + process.pid, folder + "/runner.lock");
    }
    console.log(taken);`;
  writeFileSync(lock, staleLock());
  const ends = await Promise.all([1, 2, 3, 4].map(() => endOf(inProcess(code))));
  for (const { status, said } of ends) assert.equal(status, 0, said);
  const rounds = ends.reduce((sum, { said }) => sum + Number(said), 0);
  assert.ok(rounds > 20, `${rounds} rounds`);
  lockFolder(folder)();
  assert.deepEqual(readdirSync(folder), []);
});

for (const [where, before] of [
  ["with hard links", ""],
  ["without hard links", noLinks],
]) {
  test(`of many processes that want the lock at once, never two have it, on a file system ${where}`, async () => {
    // Each takes the lock as often as it can and, inside, makes a file that must not be there yet.
    const code = `
    let taken = 0;
    for (const end = Date.now() + 1500; Date.now() < end; ) {
      let unlock;
      try { unlock = lockFolder(folder); } catch (error) { if (!/is held by/.test(error.message)) throw error; continue; }
      fs.closeSync(fs.openSync(folder + "/inside", "wx"));
      fs.rmSync(folder + "/inside");
      taken++;
      unlock();
    }
    console.log(taken);`;
    const ends = await Promise.all([1, 2, 3].map(() => endOf(inProcess(code, before))));
    for (const { status, said } of ends) assert.equal(status, 0, said);
    assert.ok(ends.some(({ said }) => Number(said) > 0));
    assert.deepEqual(readdirSync(folder), []);
  });
}

test("without hard links a lock is held, respected and freed as it is with them", async () => {
  const child = inProcess("lockFolder(folder); console.log('held'); setInterval(() => {}, 1000);", noLinks);
  await once(child.stdout!, "data");
  assert.ok(lstatSync(lock).isDirectory());
  assert.throws(() => lockFolder(folder), { message: new RegExp(`is held by process ${child.pid} on `) });
  const other = await endOf(inProcess("lockFolder(folder);", noLinks));
  assert.match(other.said, new RegExp(`is held by process ${child.pid} on `));
  child.kill("SIGKILL");
  await once(child, "close");
  lockFolder(folder)();
  assert.deepEqual(readdirSync(folder), []);
});
