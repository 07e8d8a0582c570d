import type { EffectTiming } from "../incident/pending-effects.ts";
import type { Config } from "../platform/config.ts";

/** The intervals of everything that is owed, as configured. */
export const effectTiming = (config: Config, { witness }: { witness: boolean }): EffectTiming => ({
  watchdogRingMs: config.WATCHDOG_RING_MS,
  witness,
  watchdogPostMs: config.WATCHDOG_POST_MS,
  repaintEveryMs: config.REPAINT_EVERY_MS,
  cardGraceMs: config.CARD_GRACE_MS,
  cardLapseMs: config.CARD_LAPSE_MS,
  archiveAfterMs: config.ARCHIVE_AFTER_MS,
  noiseArchiveAfterMs: config.NOISE_ARCHIVE_AFTER_MS,
  pageAckMs: config.PAGE_ACK_MS,
  pageGiveUpMs: config.PAGE_GIVE_UP_MS,
  commandOfferMs: config.COMMAND_OFFER_MS,
  handoverLapseMs: config.HANDOVER_LAPSE_MS,
  commandSilenceMs: config.COMMAND_SILENCE_MS,
});
