/** The one name through which rewritten code, and the debugger, reach the kernel in the evaluator's process. */
export const HOOK = "__kernel";
