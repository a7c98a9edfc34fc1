// Lets stack traces of a bundle name lines of the sources.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * Replaces how the stack of an error is written: `src/app/app.ts:12:5` instead of a place in a file of `folder`. Source
 * maps are read only then, one for each file. Node's own support (`--enable-source-maps`) reads all of them while modules
 * are loaded, which takes 150 ms and 70 MB at a start.
 */
export function nameSourcesInStacks(folder) {
  const folderUrl = `${pathToFileURL(folder).href}/`;
  const maps = new Map();
  const mapOf = (file) => {
    if (!maps.has(file)) maps.set(file, readMap(file));
    return maps.get(file);
  };
  Error.prepareStackTrace = (error, callSites) => {
    const frames = callSites.map((callSite) => {
      const text = String(callSite);
      const file = callSite.getScriptNameOrSourceURL();
      if (!file?.startsWith(folderUrl)) return text;
      const place = mapOf(file)?.placeOf(callSite.getLineNumber() - 1, callSite.getColumnNumber() - 1);
      if (place === undefined) return text;
      // As a function: in a text, "$" has a meaning.
      return text.replace(`${file}:${callSite.getLineNumber()}:${callSite.getColumnNumber()}`, () => place);
    });
    return [headOf(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
  };
}

function headOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error"; // Its name or message cannot be read.
  }
}

/** A source map whose lines are decoded as they are asked for; undefined when it cannot be read. */
function readMap(file) {
  try {
    const { mappings, sources } = JSON.parse(readFileSync(new URL(`${file}.map`), "utf8"));
    const lines = mappings.split(";");
    const starts = startsOf(lines);
    return {
      /** `file:///…/src/app/app.ts:12:5` for a place in the file, both counted from 0. */
      placeOf(line, column) {
        let found;
        for (const segment of segmentsOf(lines[line] ?? "", starts[line])) {
          if (segment.generated <= column) found = segment;
        }
        if (found === undefined) return undefined;
        return `${new URL(sources[found.source], file).href}:${found.line + 1}:${found.column + 1}`;
      },
    };
  } catch {
    return undefined;
  }
}

/** The place in the sources from which each line counts. */
function startsOf(lines) {
  let last = { source: 0, line: 0, column: 0 };
  return lines.map((text) => {
    const start = last;
    for (const segment of segmentsOf(text, start)) last = segment;
    return start;
  });
}

/** The segments of a line. Source, line and column are differences from the segment before, also from that of an earlier line. */
function* segmentsOf(text, start) {
  let { source, line, column } = start;
  let generated = 0;
  for (const segment of text === "" ? [] : text.split(",")) {
    const [byGenerated, bySource = 0, byLine = 0, byColumn = 0] = decode(segment);
    generated += byGenerated;
    source += bySource;
    line += byLine;
    column += byColumn;
    yield { generated, source, line, column };
  }
}

const digits = new Map(
  Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").map((digit, value) => [digit, value]),
);

/** The numbers of a segment: base 64 digits of five bits each, the lowest first, whose lowest bit is the sign (ECMA-426). */
function decode(segment) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = digits.get(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
