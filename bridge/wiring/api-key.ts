import * as z from "zod";

/** The form of a secret that holds one key. */
export const ApiKey = z.object({ api_key: z.string().min(1) });
