import type { PageIncident, PageReader } from "./page-reader.ts";
import { revisionOf } from "./statuspage-write.ts";

/** The entry that a public link leads to: by the link itself, or by the entry's id at its end. */
export function entryBehind(link: string, listing: readonly PageIncident[]): PageIncident | undefined {
  const wanted = link.trim().replace(/\/+$/, "");
  return listing.find(({ id, shortlink }) => shortlink === wanted || wanted.endsWith(`/${id}`));
}

/** As `entryBehind`, on the page as it is now. */
export const createFindOnPage =
  (page: PageReader) =>
  async (link: string): Promise<{ targetId: string; rev: string } | "unreadable" | "not-there"> => {
    try {
      const found = entryBehind(link, await page.listIncidents());
      return found ? { targetId: found.id, rev: revisionOf(found.updates, found.status) } : "not-there";
    } catch {
      // The person's word is recorded all the same; the page watch compares it later.
      return "unreadable";
    }
  };
