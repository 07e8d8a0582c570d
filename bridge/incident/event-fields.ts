import * as z from "zod";

/** Forms that fields of many events share; hashed for ever, like the events themselves. */
export const text = (max: number) => z.string().max(max);
export const slackUser = text(24);
export const isoInstant = z.iso.datetime();
export const hash = z.string().regex(/^[0-9a-f]{64}$/);
