import { closingKey, type Incident } from "./state.ts";

/** Names what a witness line belongs to: a draft, or this end of the incident. It may be reopened and end again. */
export const witnessKey = (state: Incident, draftId: string | null): string => draftId ?? closingKey(state);
