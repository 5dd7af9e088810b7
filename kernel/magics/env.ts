/** `%env`: environment variables. */

import type { EvaluatorMagic } from "./magic.js";

export const env: EvaluatorMagic = {
  name: "env",
  line: {
    usage: "%env [name[=value]]",
    summary: "Sets an environment variable, shows one, or lists them all.",
  },
  runs: "evaluator",
  start: () => args => console.log(environment(args)),
};

/** Names whose values should not come to stand in a notebook file by the way. */
const SECRET = /TOKEN|KEY|SECRET|PASS|CREDENTIAL|AUTH/i;

/** Sets, shows or lists; returns what to print. */
export function environment(args: string, variables: NodeJS.ProcessEnv = process.env): string {
  const [, name = "", separator, value = ""] = /^([^\s=]*)(\s*=\s*|\s+)?(.*)$/s.exec(args) ?? [];
  if (name === "") {
    return Object.keys(variables)
      .sort()
      .map(each => `${each}=${SECRET.test(each) ? "…" : variables[each]}`)
      .join("\n");
  }
  if (separator !== undefined) {
    variables[name] = value;
    return SECRET.test(name) ? `${name} is set` : `${name}=${value}`;
  }
  const known = variables[name];
  if (known === undefined) throw new Error(`%env: there is no variable ${name}; %env ${name}=value makes it`);
  return `${name}=${known}`;
}
