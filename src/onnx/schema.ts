/** The parts of an ONNX file, with the field numbers of onnx/onnx.proto (github.com/onnx/onnx). */
import { Message } from "./protobuf.js";

/** IR version 8 and operator set 17 (2022): what every runtime of the last years reads. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;

/** TensorProto.DataType */
const FLOAT = 1;
const INT64 = 7;
/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, integer: 2, text: 3, integers: 7 } as const;

/** An attribute of an operator: a number is an integer, a list of them integers; a float says that it is one. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** ModelProto */
export function model(
  main: Message,
  {
    producer,
    version,
    metadata,
  }: { producer: string; version: string; metadata: Readonly<Record<string, string>> },
): Message {
  return new Message()
    .integer(1, IR_VERSION)
    .text(2, producer)
    .text(3, version)
    .message(7, main)
    .message(8, new Message().text(1, "").integer(2, OPERATOR_SET))
    .messages(
      14,
      Object.entries(metadata).map(([key, value]) => new Message().text(1, key).text(2, value)),
    );
}

/** GraphProto */
export function graph(
  name: string,
  parts: { nodes: Iterable<Message>; constants: Iterable<Message>; inputs: Message[]; outputs: Message[] },
): Message {
  return new Message()
    .messages(1, parts.nodes)
    .text(2, name)
    .messages(5, parts.constants)
    .messages(11, parts.inputs)
    .messages(12, parts.outputs);
}

/** NodeProto: one operator, called as the value it makes. */
export function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  message.text(2, output).text(3, output).text(4, type);
  return message.messages(
    5,
    Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  );
}

/** AttributeProto */
function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, ATTRIBUTE.integer);
  if (typeof value === "string") return message.text(4, value).integer(20, ATTRIBUTE.text);
  if ("float" in value) return message.float(2, value.float).integer(20, ATTRIBUTE.float);
  for (const each of value) message.integer(8, each);
  return message.integer(20, ATTRIBUTE.integers);
}

/** TensorProto of floats, row-major. */
export function floatTensor(name: string, shape: readonly number[], values: Float32Array): Message {
  const bytes = Buffer.alloc(values.length * 4);
  for (let i = 0; i < values.length; i++) bytes.writeFloatLE(values[i], i * 4);
  return tensor(name, FLOAT, shape, bytes);
}

/** TensorProto of a list of integers. */
export function integerTensor(name: string, values: readonly number[]): Message {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), i * 8);
  return tensor(name, INT64, [values.length], bytes);
}

function tensor(name: string, type: number, shape: readonly number[], bytes: Uint8Array): Message {
  const message = new Message();
  for (const length of shape) message.integer(1, length);
  return message.integer(2, type).text(8, name).bytes(9, bytes);
}

/** ValueInfoProto of floats; a dimension is a length, or a name for any length. */
export function floatValue(name: string, shape: readonly (number | string)[]): Message {
  const dimensions = shape.map(length =>
    typeof length === "number" ? new Message().integer(1, length) : new Message().text(2, length),
  );
  const tensorType = new Message().integer(1, FLOAT).message(2, new Message().messages(1, dimensions));
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}
