/** A reply of a Redis server (RESP2: redis.io/docs/latest/develop/reference/protocol-spec). */
export type Reply = string | number | null | RedisError | readonly Reply[];

/** An error that a Redis server replied. Its message begins with the code: `WRONGTYPE Operation against a key …`. */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

/** A command as it is sent. */
export function encodeCommand(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join("")}`;
}

/** Reads the replies on one connection. */
export class ReplyReader {
  #unread: Buffer = Buffer.alloc(0);

  /** The replies that are complete with a further piece of the connection. @throws an Error when it is no RESP2 */
  read(chunk: Buffer): Reply[] {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    const replies: Reply[] = [];
    for (;;) {
      const found = readReply(this.#unread, 0);
      if (found === undefined) return replies;
      replies.push(found.reply);
      this.#unread = this.#unread.subarray(found.end);
    }
  }
}

/** A reply, and where the next one begins. */
interface FoundReply {
  readonly reply: Reply;
  readonly end: number;
}

/** The reply that begins at a place; undefined when its end has not arrived. */
function readReply(bytes: Buffer, start: number): FoundReply | undefined {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString("utf8", start + 1, lineEnd);
  const end = lineEnd + 2;
  const type = String.fromCharCode(bytes[start] ?? 0);
  switch (type) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new RedisError(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$":
      return readBulk(bytes, end, Number(line));
    case "*":
      return readArray(bytes, end, Number(line));
    default:
      throw new Error(`A reply begins with ${JSON.stringify(type)}.`);
  }
}

function readBulk(bytes: Buffer, start: number, length: number): FoundReply | undefined {
  if (length === -1) return { reply: null, end: start };
  const end = start + length + 2;
  return bytes.length < end ? undefined : { reply: bytes.toString("utf8", start, start + length), end };
}

function readArray(bytes: Buffer, start: number, length: number): FoundReply | undefined {
  if (length === -1) return { reply: null, end: start };
  const reply: Reply[] = [];
  let end = start;
  while (reply.length < length) {
    const found = readReply(bytes, end);
    if (found === undefined) return undefined;
    reply.push(found.reply);
    end = found.end;
  }
  return { reply, end };
}
