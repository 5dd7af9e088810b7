/**
 * How glibc keeps freed memory in the process for cells: in one piece to be used again, up to 128 MB, rather than given back
 * at once. Memory that the system gives anew is zeroed page by page, which takes longer than most of what is then done
 * with it. Other libraries of C do not know these names.
 */
const ALLOCATION: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: `${32 * 2 ** 20}`,
  MALLOC_TRIM_THRESHOLD_: `${128 * 2 ** 20}`,
};

/** An environment in which freed memory is kept, unless it says itself how. */
export function withKeptMemory(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...ALLOCATION, ...env };
}

/** Once the process has started, what it starts is not to be held to the same. */
export function leaveOthersTheirMemory(env: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(ALLOCATION)) if (env[name] === value) delete env[name];
}
