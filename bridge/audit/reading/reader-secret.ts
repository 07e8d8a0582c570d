import * as z from "zod";

/** What a reader of the audit may do; `audit:details`: be shown words of people that stand apart from the entries. */
const READER_SCOPES = ["audit:read", "audit:details"] as const;

/** The secret `audit-readers`: who may read how the record stands, each with a token of their own. */
export const AuditReaders = z.strictObject({
  readers: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, {
          error: "is not a name of lower-case letters, digits, dots and hyphens",
        }),
        token: z.string().min(32, { error: "is shorter than 32 characters" }).max(200),
        scopes: z.array(z.enum(READER_SCOPES)).min(1),
      }),
    )
    .min(1)
    .max(100),
});
export type AuditReaders = z.infer<typeof AuditReaders>;
