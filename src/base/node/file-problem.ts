/** What the system says of a file that it does not open or write, with what can be done about it. */

const remedies: Readonly<Record<string, () => string>> = {
  ENOENT: () => `paths begin at ${process.cwd()}`,
  ENOTDIR: () => "a part of the path is a file; choose another path",
  EISDIR: () => "it is a folder; name a file in it",
  EACCES: () => "change its permissions, or choose another",
  EPERM: () => "change its permissions, or choose another",
  EROFS: () => "nothing can be written there; choose another place",
  ENOSPC: () => "free some space, or choose another disk",
};

/** The message of an error, and a remedy where its code has one. */
export function fileProblem(error: unknown, most = 300): string {
  const { message, code = "" } = error as NodeJS.ErrnoException;
  const said = message.slice(0, most);
  return Object.hasOwn(remedies, code) ? `${said}; ${remedies[code]()}` : said;
}
