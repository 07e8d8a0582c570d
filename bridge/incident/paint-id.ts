import type { Incident } from "./state.ts";

/** In the id of a message that was never reported as posted. */
const FIRST = "first";

/**
 * What the work of painting a message is called. Until it is known to stand, posting it is one and the same debt, whatever it must
 * say by now: whoever repeats the post looks for the one of before, and would not find it under a name that follows the content.
 */
export const paintId = ({ id }: Pick<Incident, "id">, key: string, rev = FIRST): string => `${id}:paint:${key}:${rev}`;
