/** What may follow a backslash between double quotes, but for `x` and two digits; every other sign stands for itself. */
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\u0007" };

/**
 * Splits arguments as Redis splits a line of its configuration (sds.c: sdssplitargs). Each is a string of bytes, one
 * character a byte. undefined when a quote is not closed, or is followed by something else than a space.
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

/** An argument may have quoted and bare parts in a row, but ends where a quote does. */
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

const unescapeDouble = (text: string): string =>
  text.replaceAll(/\\x([\da-f]{2})|\\([^])/gi, (_, code: string | undefined, sign = "") =>
    code === undefined ? (escapes[sign] ?? sign) : String.fromCodePoint(Number.parseInt(code, 16)),
  );
