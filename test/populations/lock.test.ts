import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lockFolder } from "../../src/populations/lock.js";

const folder = mkdtempSync(join(tmpdir(), "netspace-lock-"));
const lock = join(folder, "runner.lock");
after(() => rmSync(folder, { recursive: true, force: true }));

const module = new URL("../../src/populations/lock.js", import.meta.url).href;
const inProcess = (code: string): ChildProcess =>
  spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import { lockFolder } from ${JSON.stringify(module)}; const folder = ${JSON.stringify(folder)}; ${code}`,
  ]);

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

test("of many processes that want the lock at once, never two have it", async () => {
  // Each takes the lock as often as it can and, inside, makes a file that must not be there yet.
  const code = `
    import { openSync, closeSync, rmSync } from "node:fs";
    let taken = 0;
    for (const end = Date.now() + 1500; Date.now() < end; ) {
      let unlock;
      try { unlock = lockFolder(folder); } catch (error) { if (error.name !== "StoreError") throw error; continue; }
      closeSync(openSync(folder + "/inside", "wx"));
      rmSync(folder + "/inside");
      taken++;
      unlock();
    }
    console.log(taken);`;
  const children = [1, 2, 3].map(() => inProcess(code));
  const ends = await Promise.all(
    children.map(async child => {
      let said = "";
      child.stdout!.on("data", text => (said += text));
      child.stderr!.on("data", text => (said += text));
      const [status] = await once(child, "close");
      return { status, said };
    }),
  );
  for (const { status, said } of ends) assert.equal(status, 0, said);
  assert.ok(ends.some(({ said }) => Number(said) > 0));
  assert.ok(!existsSync(lock));
});
