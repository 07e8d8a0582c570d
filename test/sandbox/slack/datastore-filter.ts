import { isObject } from "./block-check.ts";
import { SlackError } from "./slack-error.ts";
import type { Json } from "./state.ts";

type Test = (row: Json) => boolean;

export interface Filter {
  matches: Test;
  /** Attribute names the expression looks at. */
  attributes: string[];
}

const refuse = (why: string): SlackError =>
  new SlackError("datastore_error", { response_metadata: { messages: [`[ERROR] expression: ${why}`] } });

const TOKEN = /\s*(<>|<=|>=|[=<>(),]|[#:]?[A-Za-z_][A-Za-z0-9_]*)/y;

function tokens(expression: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (!match?.[1]) throw refuse(`not understood at "${expression.slice(at, at + 20)}"`);
    found.push(match[1]);
  }
  return found;
}

const COMPARE: Readonly<Record<string, (left: never, right: never) => boolean>> = {
  "=": (left, right) => left === right,
  "<>": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

/**
 * The filter language of datastores: comparisons, BETWEEN, begins_with, contains, AND, OR, NOT, parentheses,
 * with `#name` and `:value` placeholders (docs.slack.dev, datastore expressions).
 * @throws SlackError `datastore_error` naming what was not understood.
 */
export function compileFilter(expression: string | undefined, attributes: unknown, values: unknown): Filter {
  if (!expression) return { matches: () => true, attributes: [] };
  const names = isObject(attributes) ? attributes : {};
  const constants = isObject(values) ? values : {};
  const used: string[] = [];
  const list = tokens(expression);
  let at = 0;

  const peek = () => list[at]?.toUpperCase();
  const next = (): string => {
    const token = list[at++];
    if (token === undefined) throw refuse("it ends too early");
    return token;
  };
  const expect = (token: string): void => {
    const given = next();
    if (given.toUpperCase() !== token) throw refuse(`expected ${token}, found ${given}`);
  };
  const attribute = (): string => {
    const token = next();
    const name = token.startsWith("#") ? names[token] : token;
    if (typeof name !== "string") throw refuse(`${token} is not in expression_attributes`);
    used.push(name);
    return name;
  };
  const constant = (): unknown => {
    const token = next();
    if (!token.startsWith(":") || constants[token] === undefined) throw refuse(`${token} is not in expression_values`);
    return constants[token];
  };

  function condition(): Test {
    const head = peek();
    if (head === "(") {
      next();
      const inner = either();
      expect(")");
      return inner;
    }
    if (head === "NOT") {
      next();
      const inner = condition();
      return (row) => !inner(row);
    }
    if (head === "BEGINS_WITH" || head === "CONTAINS") {
      next();
      expect("(");
      const name = attribute();
      expect(",");
      const wanted = constant();
      expect(")");
      return (row) => {
        const value = row[name];
        if (head === "BEGINS_WITH") return typeof value === "string" && value.startsWith(String(wanted));
        return Array.isArray(value)
          ? value.includes(wanted)
          : typeof value === "string" && value.includes(String(wanted));
      };
    }
    const name = attribute();
    const operator = next();
    if (operator.toUpperCase() === "BETWEEN") {
      const low = constant();
      expect("AND");
      const high = constant();
      return (row) => (row[name] as never) >= (low as never) && (row[name] as never) <= (high as never);
    }
    const compare = COMPARE[operator];
    if (!compare) throw refuse(`unknown operator ${operator}`);
    const wanted = constant();
    return (row) => row[name] !== undefined && compare(row[name] as never, wanted as never);
  }

  function both(): Test {
    let left = condition();
    while (peek() === "AND") {
      next();
      const [before, right] = [left, condition()];
      left = (row) => before(row) && right(row);
    }
    return left;
  }

  function either(): Test {
    let left = both();
    while (peek() === "OR") {
      next();
      const [before, right] = [left, both()];
      left = (row) => before(row) || right(row);
    }
    return left;
  }

  const matches = either();
  if (at < list.length) throw refuse(`not understood from "${list[at] ?? ""}"`);
  return { matches, attributes: used };
}
