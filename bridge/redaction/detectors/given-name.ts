/**
 * One romanised syllable of Korean, Chinese or Japanese: an initial, a vowel, perhaps a nasal or a stop. English words have other
 * clusters and endings; the few that fit are told by the list of words.
 */
const SYLLABLE =
  "(?:[gbdkptjh]|kk|tt|pp|ss|jj|ch|sh|zh|hs|ts|[nrlmswyzcqxf])?(?:yeo|yae|wae|iao|uai|ae|eo|eu|oe|oo|ee|ai|ao|ou|ei|ia|ie|iu|ua|ui|uo|ue|wa|we|wi|wo|ya|ye|yo|yu|[aeiou])(?:ng|[nmlktpbrh])?";
const PAIR = new RegExp(`^${SYLLABLE}-${SYLLABLE}$`);
/** Beginnings and endings that English hyphenates: `Re-run`, `Set-up`, `Top-in`. */
const ENGLISH =
  /^(?:re|un|non|de|co|pre|bi|tri|no|so-so|to|go|in|on|up)-|-(?:in|on|up|to|at|by|as|run|ran|use|it|or|he|me|no|go)$/;

/** Whether `word` is a given name of two hyphenated syllables (`Ji-woo`, `Hsiao-wei`). `isWord` knows the words of English. */
export function isSyllableName(word: string, isWord: (part: string) => boolean): boolean {
  const lower = word.toLowerCase();
  return PAIR.test(lower) && !ENGLISH.test(lower) && !lower.split("-").every(isWord);
}
