/** How requests name the commands that reach for another database: as clients send them, all capitals or none. */
const commandWords = ["SELECT", "SWAPDB", "MOVE"].flatMap((name) => [name, name.toLowerCase()]);

/** So many bytes of a request say which databases it is about; a longer key hides them. */
const mostRequestBytes = 1_024;

/** What Redis answers them in cluster mode, whatever they ask for (db.c). */
const clusterAnswer = /-ERR (?:SELECT|SWAPDB|MOVE) is not allowed in cluster mode\r\n/y;
const clusterAnswerBegins = "-ERR ";
const longestAnswerBytes = "-ERR SELECT is not allowed in cluster mode\r\n".length;

/** What it answers without cluster mode, and Azure under every clustering policy (observed 2026-11). */
const answerOfOne = Buffer.from("-ERR DB index is out of range\r\n");

/**
 * Has a clustered server answer for other databases than 0 as one does that has a single database. Replies are looked at
 * only between a request that reaches for another one and its answer, so that no data is ever taken for an answer except
 * by a client that has asked for both at once.
 */
export class OneDatabase {
  #expected = 0;
  #held: Buffer | undefined;

  /** To be shown what a client sends. What is cut into pieces in the middle of such a request is not recognized. */
  hear(chunk: Buffer): void {
    for (const word of commandWords) {
      const line = `\r\n${word}\r\n`;
      for (let at = chunk.indexOf(line); at !== -1; at = chunk.indexOf(line, at + 1)) {
        const from = at + line.length;
        const rest = chunk.toString("latin1", from, from + mostRequestBytes);
        if (reachesElsewhere(word.toUpperCase(), rest)) this.#expected += 1;
      }
    }
  }

  /** The next bytes of the server's replies; what may be the beginning of an answer is held back for the next call. */
  rewrite(chunk: Buffer): Buffer {
    if (this.#expected === 0 && this.#held === undefined) return chunk;
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = nextAnswer(bytes, 0); at !== -1 && this.#expected > 0; at = nextAnswer(bytes, at + 1)) {
      const length = answerLength(bytes, at);
      if (length === undefined) {
        this.#held = Buffer.from(bytes.subarray(at));
        return Buffer.concat([...pieces, bytes.subarray(from, at)]);
      }
      if (length === 0) continue;
      pieces.push(bytes.subarray(from, at), answerOfOne);
      from = at + length;
      this.#expected -= 1;
    }
    return Buffer.concat([...pieces, bytes.subarray(from)]);
  }

  /** What is still held back when nothing comes any more. */
  rest(): Buffer | undefined {
    return this.#held;
  }
}

/** Whether the arguments of a command name another database than the first. */
function reachesElsewhere(command: string, args: string): boolean {
  const keyBytes = command === "MOVE" ? Number(/^\$(\d+)\r\n/.exec(args)?.[1] ?? 0) : undefined;
  const rest = keyBytes === undefined ? args : args.slice(args.indexOf("\r\n") + keyBytes + 4);
  const count = command === "SWAPDB" ? 2 : 1;
  const numbers = [...rest.matchAll(/\$\d+\r\n(-?\d{1,10})\r\n/gy)].slice(0, count).map(([, number]) => Number(number));
  return numbers.length === count && numbers.some((number) => number !== 0);
}

/** Where an error begins that may be such an answer: at the beginning of a line. */
function nextAnswer(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf("-", from); at !== -1; at = bytes.indexOf("-", at + 1)) {
    if (at === 0 || bytes[at - 1] === 0x0a) return at;
  }
  return -1;
}

/** The length of the answer that begins there; 0 when none does, undefined when that cannot be told yet. */
function answerLength(bytes: Buffer, at: number): number | undefined {
  const text = bytes.toString("latin1", at, at + longestAnswerBytes);
  clusterAnswer.lastIndex = 0;
  const found = clusterAnswer.exec(text);
  if (found !== null) return found[0].length;
  const isWhole = text.length === longestAnswerBytes || text.includes("\n");
  return isWhole || !text.startsWith(clusterAnswerBegins.slice(0, text.length)) ? 0 : undefined;
}
