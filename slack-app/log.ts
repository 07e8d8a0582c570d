type Level = "info" | "warn" | "error";
type Fields = Record<string, string | number | boolean | undefined>;

/**
 * One JSON line to `slack activity`, which workspace admins can read for seven days:
 * ids, counts and error names only; never names, message text, tokens or URLs.
 */
export function log(level: Level, event: string, fields: Fields = {}): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}
