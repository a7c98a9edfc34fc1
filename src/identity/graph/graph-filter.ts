import { GraphError } from "./graph-error.ts";

/** Reads a value: a property, or within `any` the current element. */
type Read = (subject: unknown) => unknown;
type Test = (subject: unknown) => boolean;
/** The type of the objects, with a sample of each property's value. */
interface FilteredType {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
type Literal = string | number | boolean | null;

/** How deep parentheses, `not` and `any` may be nested. */
const maxDepth = 20;

/**
 * Compiles a `$filter`: `eq`, `ne`, `in`, `startsWith`, `endsWith`, `any`, `not`, `and`, `or` and parentheses, as Microsoft
 * Graph supports them for directory objects. Text is compared without regard to case, as there. Takes linear time.
 * @throws GraphError for another operator, an unknown property and a syntax error.
 */
export const compileFilter = (text: string, type: FilteredType): ((properties: object) => boolean) =>
  new FilterParser(text, type).parse();

const tokenPattern = /\s*(?:'((?:[^']|'')*)'|([A-Za-z_@][\w.@]*(?:\/[A-Za-z_]\w*)*)|(-?\d+(?:\.\d+)?)|([(),:]))/y;

interface Token {
  readonly kind: "text" | "word" | "number" | "sign" | "end";
  readonly value: string;
  readonly at: number;
}

class FilterParser {
  readonly #text: string;
  readonly #type: FilteredType;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  /** The name of the element within `any`. */
  #element: string | undefined;

  constructor(text: string, type: FilteredType) {
    this.#text = text;
    this.#type = type;
    this.#tokens = this.#split();
  }

  parse(): Test {
    const test = this.#either();
    if (this.#peek().kind !== "end") throw this.#syntaxError();
    return test;
  }

  #split(): Token[] {
    const tokens: Token[] = [];
    const end = this.#text.trimEnd().length;
    let at = 0;
    while (at < end) {
      tokenPattern.lastIndex = at;
      const found = tokenPattern.exec(this.#text);
      if (found === null) throw this.#syntaxError(at);
      const [, quoted, word, number, sign] = found;
      if (quoted !== undefined) tokens.push({ kind: "text", value: quoted.replaceAll("''", "'"), at });
      else if (word !== undefined) tokens.push({ kind: "word", value: word, at });
      else if (number !== undefined) tokens.push({ kind: "number", value: number, at });
      else tokens.push({ kind: "sign", value: sign ?? "", at });
      at = tokenPattern.lastIndex;
    }
    return [...tokens, { kind: "end", value: "", at: this.#text.length }];
  }

  #either(): Test {
    const tests = [this.#both()];
    while (this.#takeWord("or")) tests.push(this.#both());
    return tests.length === 1 ? (tests[0] ?? never) : (subject) => tests.some((test) => test(subject));
  }

  #both(): Test {
    const tests = [this.#one()];
    while (this.#takeWord("and")) tests.push(this.#one());
    return tests.length === 1 ? (tests[0] ?? never) : (subject) => tests.every((test) => test(subject));
  }

  #one(): Test {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.#syntaxError();
    const test = this.#inner();
    this.#depth -= 1;
    return test;
  }

  #inner(): Test {
    if (this.#takeWord("not")) {
      const test = this.#one();
      return (subject) => !test(subject);
    }
    if (this.#takeSign("(")) {
      const test = this.#either();
      this.#expectSign(")");
      return test;
    }
    const token = this.#take();
    if (token.kind !== "word") throw this.#syntaxError(token.at);
    if (this.#takeSign("(")) return this.#call(token);
    return this.#comparison(token);
  }

  #call(token: Token): Test {
    if (token.value.endsWith("/any")) return this.#any(token.value.slice(0, -"/any".length));
    const compare = textFunctions.get(token.value.toLowerCase());
    if (compare === undefined) throw this.#unsupported(token.value);
    const read = this.#read(this.#take());
    this.#expectSign(",");
    const wanted = this.#literal();
    this.#expectSign(")");
    if (typeof wanted !== "string") throw this.#syntaxError();
    const folded = wanted.toLowerCase();
    return (subject) => {
      const value = read(subject);
      return typeof value === "string" && compare(value.toLowerCase(), folded);
    };
  }

  #any(property: string): Test {
    const list = this.#property(property);
    if (!Array.isArray(this.#type.properties[property]) || this.#element !== undefined)
      throw this.#unsupported(property);
    this.#element = this.#take().value;
    this.#expectSign(":");
    const test = this.#either();
    this.#expectSign(")");
    this.#element = undefined;
    return (subject) => {
      const values = list(subject);
      return Array.isArray(values) && values.some((value) => test(value));
    };
  }

  #comparison(token: Token): Test {
    const read = this.#read(token);
    const operator = this.#take();
    if (operator.kind !== "word") throw this.#syntaxError(operator.at);
    const name = operator.value.toLowerCase();
    if (name === "in") {
      const wanted = this.#list().map(fold);
      return (subject) => wanted.includes(fold(read(subject)));
    }
    if (name !== "eq" && name !== "ne") throw this.#unsupported(token.value);
    const wanted = fold(this.#literal());
    return (subject) => (fold(read(subject)) === wanted) === (name === "eq");
  }

  #list(): Literal[] {
    this.#expectSign("(");
    const literals = [this.#literal()];
    while (this.#takeSign(",")) literals.push(this.#literal());
    this.#expectSign(")");
    return literals;
  }

  #literal(): Literal {
    const { kind, value, at } = this.#take();
    if (kind === "text") return value;
    if (kind === "number") return Number(value);
    const known = kind === "word" ? words.get(value.toLowerCase()) : undefined;
    if (known === undefined) throw this.#syntaxError(at);
    return known;
  }

  /** The element of `any`, or a property that is not a list. */
  #read(token: Token): Read {
    if (token.kind !== "word") throw this.#syntaxError(token.at);
    if (this.#element !== undefined) {
      if (token.value !== this.#element) throw this.#unsupported(token.value);
      return (subject) => subject;
    }
    const read = this.#property(token.value);
    const sample = this.#type.properties[token.value];
    if (typeof sample === "object" && sample !== null) throw this.#unsupported(token.value);
    return read;
  }

  #property(name: string): Read {
    if (!Object.hasOwn(this.#type.properties, name)) {
      const message = `Invalid filter clause: Could not find a property named '${name}' on type 'microsoft.graph.${this.#type.name}'.`;
      throw new GraphError({ code: "BadRequest", message });
    }
    return (subject) => (subject as Readonly<Record<string, unknown>>)[name];
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", value: "", at: this.#text.length };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const { kind, value } = this.#peek();
    const isIt = kind === "word" && value.toLowerCase() === word;
    if (isIt) this.#next += 1;
    return isIt;
  }

  #takeSign(sign: string): boolean {
    const { kind, value } = this.#peek();
    const isIt = kind === "sign" && value === sign;
    if (isIt) this.#next += 1;
    return isIt;
  }

  #expectSign(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#syntaxError();
  }

  #syntaxError(at = this.#peek().at): GraphError {
    const message = `Invalid filter clause: Syntax error at position ${at} in '${this.#text}'.`;
    return new GraphError({ code: "BadRequest", message });
  }

  #unsupported(property: string): GraphError {
    const resource = this.#type.name.replace(/^./, (first) => first.toUpperCase());
    const message = `Unsupported or invalid query filter clause specified for property '${property}' of resource '${resource}'.`;
    return new GraphError({ code: "Request_UnsupportedQuery", message });
  }
}

const never: Test = () => false;

const fold = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);

const words: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

const textFunctions: ReadonlyMap<string, (value: string, wanted: string) => boolean> = new Map([
  ["startswith", (value: string, wanted: string) => value.startsWith(wanted)],
  ["endswith", (value: string, wanted: string) => value.endsWith(wanted)],
]);
