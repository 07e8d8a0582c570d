import * as z from "zod/mini";

/** `INC-<yyyymmdd>-<hhmm>-<4 chars>`, UTC. */
export const INCIDENT_ID = /^INC-\d{8}-\d{4}-[A-Z0-9]{4}$/;
export const IncidentId = z.string().check(z.regex(INCIDENT_ID));

export const DraftId = z.string().check(z.regex(/^DRF-[A-Z0-9]{10}$/));
export const EffectId = z.string().check(z.regex(/^[A-Za-z0-9:._-]{1,200}$/));
export const CommandId = z.string().check(z.minLength(1), z.maxLength(200));
export const SlackUserId = z.string().check(z.regex(/^[UW][A-Z0-9]{1,20}$/));
export const SlackTeamId = z.string().check(z.regex(/^[TE][A-Z0-9]{1,20}$/));
export const SlackChannelId = z.string().check(z.regex(/^[CGD][A-Z0-9]{1,20}$/));
export const MessageTs = z.string().check(z.regex(/^\d{1,12}\.\d{6}$/));
export const ExecutionId = z.string().check(z.minLength(1), z.maxLength(100));
export const Hash16 = z.string().check(z.regex(/^[0-9a-f]{16}$/));
export const Sha256Hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));
