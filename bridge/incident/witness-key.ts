/** Names what a witness line belongs to: a draft, or the end of the incident. */
export const witnessKey = (draftId: string | null): string => draftId ?? "resolved";
