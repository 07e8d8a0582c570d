export const WINDOW = 65_536;
/** Longer than any token that may be wrapped over lines. */
const OVERLAP = 4_096;

/**
 * Ranges that cover the text, cut on line boundaries and overlapping. A line is never split: a token inside it would be half
 * in one window and half in the next. Every part of the text lies in at least one window.
 */
export function windowsOf(text: string): [start: number, end: number][] {
  if (text.length <= WINDOW) return [[0, text.length]];
  const windows: [number, number][] = [];
  let start = 0;
  for (;;) {
    const newline = text.indexOf("\n", start + WINDOW);
    if (newline === -1) {
      windows.push([start, text.length]);
      return windows;
    }
    windows.push([start, newline + 1]);
    const back = text.lastIndexOf("\n", newline - OVERLAP) + 1;
    // One line as long as a window and more would be read again and again: then the next window begins behind it.
    start = back > start ? back : newline + 1;
    if (start >= text.length) return windows;
  }
}
