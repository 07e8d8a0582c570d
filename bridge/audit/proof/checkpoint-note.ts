import { strictBase64 } from "./signed-note.ts";

/** How far the log of heads reached, as the text of a signed note says it: origin, size, root. */
export interface LogHead {
  origin: string;
  size: number;
  root: Buffer;
}

const ROOT_BYTES = 32;
const MAX_SIZE = 999_999_999_999;

/** C2SP checkpoint (https://c2sp.org/tlog-checkpoint), without extension lines. */
export const checkpointText = ({ origin, size, root }: LogHead): string =>
  `${origin}\n${size}\n${root.toString("base64")}\n`;

/** Reads the text of a checkpoint; undefined when it is none, or not spelt as we spell it. */
export function parseCheckpointText(text: string): LogHead | undefined {
  const [origin = "", digits = "", base64 = "", ...rest] = text.split("\n");
  const size = Number(digits);
  const root = strictBase64(base64);
  if (origin === "" || !/^(0|[1-9]\d{0,11})$/.test(digits) || size > MAX_SIZE || root?.length !== ROOT_BYTES)
    return undefined;
  return rest.length === 1 && rest[0] === "" ? { origin, size, root } : undefined;
}

/** The line by which a checkpoint is witnessed elsewhere: `audit <size> <first 16 hex of root>`. */
export const digestOf = ({ size, root }: Pick<LogHead, "size" | "root">): string =>
  `audit ${size} ${root.toString("hex").slice(0, 16)}`;
