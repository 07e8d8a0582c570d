/** How many letters a word shares with the one before it, as one character that no word holds. */
const COUNTS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** A sorted list of lower-case words as one string: each word without the beginning it shares with its predecessor. */
export function packWords(sorted: readonly string[]): string {
  let previous = "";
  let packed = "";
  for (const word of sorted) {
    let shared = 0;
    while (shared < COUNTS.length - 1 && shared < previous.length && word[shared] === previous[shared]) shared += 1;
    packed += `${COUNTS[shared]}${word.slice(shared)}`;
    previous = word;
  }
  return packed;
}

/** The words of a packed list. */
export function unpackWords(packed: string): string[] {
  let previous = "";
  const words: string[] = [];
  for (const [, count = "0", rest = ""] of packed.matchAll(/([0-9A-Z])([^0-9A-Z]*)/g)) {
    previous = `${previous.slice(0, COUNTS.indexOf(count))}${rest}`;
    words.push(previous);
  }
  return words;
}
