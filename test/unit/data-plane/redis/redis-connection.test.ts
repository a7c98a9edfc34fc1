import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { RedisConnection } from "../../../../src/data-plane/redis/redis-connection.ts";
import { encodeCommand, RedisError, ReplyReader, type Reply } from "../../../../src/data-plane/redis/redis-replies.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const read = (text: string): Reply[] => new ReplyReader().read(Buffer.from(text));

describe("replies", () => {
  test.each<[string, Reply]>([
    ["+OK\r\n", "OK"],
    [":-12\r\n", -12],
    ["$7\r\nGr\u00fc\u00dfe\r\n", "Gr\u00fc\u00dfe"],
    ["$0\r\n\r\n", ""],
    ["$4\r\na\r\nb\r\n", "a\r\nb"],
    ["$-1\r\n", null],
    ["*-1\r\n", null],
    ["*0\r\n", []],
    ["*3\r\n:1\r\n*1\r\n+a\r\n$-1\r\n", [1, ["a"], null]],
  ])("%j is read", (text, reply) => {
    expect(read(text)).toEqual([reply]);
  });

  test("an error has the server's text, also within a list", () => {
    const [refusal, list] = read("-WRONGPASS no\r\n*1\r\n-ERR odd\r\n");
    expect(refusal).toBeInstanceOf(RedisError);
    expect((refusal as RedisError).message).toBe("WRONGPASS no");
    expect((list as readonly Reply[])[0]).toMatchObject({ message: "ERR odd" });
  });

  test("what is no reply is refused", () => {
    expect(() => read("HTTP/1.1 400 Bad Request\r\n")).toThrow('A reply begins with "H".');
  });

  test("replies are the same however they are cut", () => {
    const reply = fc.letrec<{ reply: Reply }>((tie) => ({
      reply: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: "grapheme" }),
        fc.integer(),
        fc.constant(null),
        fc.array(tie("reply"), { maxLength: 4 }),
      ),
    })).reply;
    fc.assert(
      fc.property(fc.array(reply), fc.array(fc.nat({ max: 40 })), (replies, cuts) => {
        let rest = Buffer.from(replies.map(encodeReply).join(""));
        const reader = new ReplyReader();
        const found: Reply[] = [];
        for (const cut of cuts) {
          found.push(...reader.read(rest.subarray(0, cut)));
          rest = rest.subarray(cut);
        }
        found.push(...reader.read(rest));
        expect(found).toEqual(replies);
      }),
    );
  });
});

function encodeReply(reply: Reply): string {
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "string") return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join("")}`;
}

/** A server whose replies a test writes: to each command what `answer` returns, or nothing. */
async function startServer(answer: (words: readonly string[], socket: Socket) => Reply | undefined) {
  const socketPath = join(await tempDir(), "s");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    const reader = new ReplyReader(); // A command has the form of a reply.
    socket.on("data", (chunk: Buffer) => {
      for (const words of reader.read(chunk)) {
        const reply = answer(words as readonly string[], socket);
        if (reply !== undefined) socket.write(encodeReply(reply));
      }
    });
  });
  const listen = () => new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { socketPath, listen, sockets };
}

function open(socketPath: string): RedisConnection {
  const connection = new RedisConnection({ socketPath, username: "cuprite", password: "secret" });
  onTestFinished(() => connection.close());
  return connection;
}

describe("a connection", () => {
  test("waits for a server that does not listen yet, logs in, and sends commands in order", async () => {
    const seen: string[] = [];
    const { socketPath, listen } = await startServer((words) => {
      seen.push(words.join(" "));
      return words[0] === "ECHO" ? (words[1] ?? "") : "OK";
    });
    const connection = open(socketPath);
    const replies = Promise.all([connection.call("ECHO", "a"), connection.call("ECHO", "Gr\u00fc\u00dfe")]);
    await listen();
    expect(await replies).toEqual(["a", "Gr\u00fc\u00dfe"]);
    await connection.connected;
    expect(seen).toEqual(["AUTH cuprite secret", "PING", "ECHO a", "ECHO Gr\u00fc\u00dfe"]);
  });

  test("waits until the server has loaded its data", async () => {
    let pings = 0;
    const { socketPath, listen } = await startServer(([name]) => {
      if (name !== "PING") return "OK";
      pings += 1;
      return pings < 4 ? new RedisError("LOADING Redis is loading the dataset in memory") : "PONG";
    });
    await listen();
    expect(await open(socketPath).call("SAVE")).toBe("OK");
    expect(pings).toBe(4);
  });

  test("throws what the server refuses, without the command", async () => {
    const { socketPath, listen } = await startServer(([name]) => (name === "ACL" ? new RedisError("ERR no") : "OK"));
    await listen();
    const refusal = await open(socketPath)
      .call("ACL", "SETUSER", "u", ">password")
      .catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(RedisError);
    expect(String(refusal)).toBe("RedisError: ERR no");
    expect(Object.values(refusal as object).join(" ")).not.toContain("password");
  });

  test("connects again when it is refused or lost, and sends again what has no reply", async () => {
    let logins = 0;
    const seen: string[] = [];
    const { socketPath, listen } = await startServer((words, socket) => {
      const [name] = words;
      if (name === "AUTH") logins += 1;
      if (name === "AUTH") return logins === 1 ? new RedisError("WRONGPASS not yet") : "OK";
      if (name === "PING") return "PONG";
      seen.push(words.join(" "));
      if (seen.length === 2) return void socket.write("HTTP/1.1 200 OK\r\n");
      if (seen.length === 3) return void socket.destroy();
      return words[1] ?? "";
    });
    await listen();
    const connection = open(socketPath);
    expect(await connection.call("GET", "a")).toBe("a");
    expect(await Promise.all([connection.call("GET", "b"), connection.call("GET", "c")])).toEqual(["b", "c"]);
    expect(logins).toBeGreaterThanOrEqual(3);
    expect(seen.slice(-2)).toEqual(["GET b", "GET c"]);
  });

  test("rejects calls when it is closed, before and after", async () => {
    const { socketPath, listen } = await startServer(([name]) => (name === "GET" ? undefined : "OK"));
    await listen();
    const connection = open(socketPath);
    const waiting = connection.call("GET", "a").catch((cause: unknown) => cause);
    await connection.connected;
    await connection.close();
    expect(String(await waiting)).toBe("Error: The connection to the Redis server was closed.");
    await expect(connection.call("GET", "b")).rejects.toThrow("The connection to the Redis server was closed.");
  });
});

test("a command has the lengths of its words in bytes", () => {
  expect(encodeCommand(["SET", "gr\u00fcn", ""])).toBe("*3\r\n$3\r\nSET\r\n$5\r\ngr\u00fcn\r\n$0\r\n\r\n");
});
