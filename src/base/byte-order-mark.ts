/** The mark that some editors put before a text, which is no part of it. */
export const BYTE_ORDER_MARK = "\uFEFF";

/** A text without the mark. */
export const withoutMark = (text: string): string =>
  text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
