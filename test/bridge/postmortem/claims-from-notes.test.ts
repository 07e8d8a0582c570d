import { expect, test } from "vitest";
import { checkClaims } from "../../../bridge/postmortem/check-claims.ts";

/** What a note reads like in the record. */
const said = (words: string) => ({
  text: `2026-11-21 09:50:00 UTC – Noted, in the words of responder-1: “${words}”.`,
  sources: [4],
});
const keeps = (words: string, claim: string) => checkClaims([{ text: claim, sources: [4] }], [said(words)]).kept.length;

test.each([
  ["The cause was the deploy, probably.", "The cause was the deploy."],
  ["The database is fine, I think.", "The database is fine."],
  ["Payments fail, when the cache dies.", "Payments fail."],
  ["The database is down?", "The database is down."],
  ["Payments fail, apart from the EU.", "Payments fail."],
  ["Payments fail, hardly ever.", "Payments fail."],
  ["Payments fail, allegedly.", "Payments fail."],
  ["We fixed the pool, we hope.", "We fixed the pool."],
  ["Customers are charged twice, says a rumour.", "Customers are charged twice."],
  ["The failover worked, in staging.", "The failover worked."],
  ["The failover worked (in the drill).", "The failover worked."],
  ["The deploy caused it: that is one theory.", "The deploy caused it."],
  ["Latency is normal, excluding Asia.", "Latency is normal."],
  ["Sam said: the disk is full. That was a mistake.", "The disk is full."],
  ["We roll back, or we wait.", "We roll back."],
  ["Either the pool is full, or the disk is.", "The pool is full."],
  ["The pool is full; or so we believe.", "The pool is full."],
  ["Everything works, he joked.", "Everything works."],
  ["Payments failed 09:10.", "Payments failed at 09:50."],
  ["Payments work, as of yesterday.", "Payments work."],
  ["The vendor is to blame, according to the vendor's rival.", "The vendor is to blame."],
  ["We suspect: the deploy broke it.", "The deploy broke it."],
  ["Rolled back v2, planned for tomorrow.", "Rolled back v2."],
  ["Traffic doubled, twice as much as before.", "Traffic doubled."],
  ["no errors, none.", "Errors."],
  ["The disk is full. That was a mistake.", "The disk is full."],
  ["The disk is full. But only in the drill.", "The disk is full."],
])("of “%s” nobody may make “%s”", (words, claim) => {
  expect(keeps(words, claim)).toBe(0);
});

test.each([
  ["Card payments fail.", "Card payments fail."],
  ["The disk is full. We roll back.", "The disk is full."],
  ["We roll back, db-1 recovers.", "We roll back."],
  ["Card payments fail, probably.", "Card payments fail, probably."],
])("of “%s” there may be told “%s”", (words, claim) => {
  expect(keeps(words, claim)).toBe(1);
});
