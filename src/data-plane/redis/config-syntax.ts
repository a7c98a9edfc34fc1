/** Lines of a configuration file, from settings by Redis's own names. */
export const configLines = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).map(([name, value]) => `${name} ${quoted(value)}`);

/** A text, quoted as Redis's parser takes it (sds.c: sdssplitargs). */
export const quoted = (text: string): string => quotedBytes(Buffer.from(text, "utf8").toString("latin1"));

/** The same for a string of bytes, one character a byte. */
export const quotedBytes = (bytes: string): string => `"${bytes.replaceAll(/["\\]|[^ -~]/g, escaped)}"`;

const escaped = (byte: string): string =>
  byte === '"' || byte === "\\" ? `\\${byte}` : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;

/**
 * Splits arguments as Redis splits a line of its configuration (sds.c: sdssplitargs). Each is a string of bytes, one
 * character a byte. undefined when a quote is not closed, or is followed by anything except a space.
 */
export function splitArgs(text: string): string[] | undefined {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const found: string[] = [];
  let rest = bytes.trimStart();
  while (rest !== "") {
    const taken = takeArg(rest);
    if (taken === undefined) return undefined;
    found.push(taken.arg);
    rest = taken.rest;
  }
  return found;
}

const doubleQuoted = /"((?:[^"\\]|\\[^])*)"/y;
const singleQuoted = /'((?:[^'\\]|\\[^])*)'/y;
const bare = /[^\s"'\0]+/y;
const between = /\s+|$/y;

/** The first argument: perhaps a bare part, then perhaps a quoted part, where it ends. */
function takeArg(text: string): { arg: string; rest: string } | undefined {
  let arg = "";
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  arg += take(bare)?.[0] ?? "";
  const double = take(doubleQuoted);
  const single = double === null ? take(singleQuoted) : null;
  if (double !== null) arg += unescapeDouble(double[1] ?? "");
  else if (single !== null) arg += (single[1] ?? "").replaceAll(String.raw`\'`, "'");
  return take(between) === null ? undefined : { arg, rest: text.slice(at) };
}

/** What may follow a backslash between double quotes, except `x` and two digits; any other character stands for itself. */
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\u0007" };

const unescapeDouble = (text: string): string =>
  text.replaceAll(/\\x([\da-f]{2})|\\([^])/gi, (_, code: string | undefined, sign = "") =>
    code === undefined ? (escapes[sign] ?? sign) : String.fromCodePoint(Number.parseInt(code, 16)),
  );
