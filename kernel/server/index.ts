/// <reference types="node" preserve="true" />
/** The server by itself, for interpreters of other languages: sockets, messages, queues, history. */

export type { DisplayData, MimeBundle } from "../display/bundle.js";
export type {
  ClearEvent,
  CommCommand,
  CommEvent,
  DisplayEvent,
  DoneEvent,
  ErrorReport,
  ExecuteCommand,
  ExpressionResult,
  InputEvent,
  InspectorCall,
  InspectorMessage,
  OutputEvent,
  ResultEvent,
  StreamEvent,
} from "../protocol/evaluator.js";
export type { Interpreter, InterpreterListener, MakeInterpreter } from "../protocol/interpreter.js";
export { type Connection, ConnectionError, type CurveKeys, readConnection } from "./connection.js";
export { Kernel, type KernelOptions } from "./kernel.js";
