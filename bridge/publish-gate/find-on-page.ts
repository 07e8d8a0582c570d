import type { PageReader } from "./page-reader.ts";
import { revisionOf } from "./statuspage-write.ts";

/** The page's entry behind a public link: by the link itself, or by the entry's id at its end. */
export const createFindOnPage =
  (page: PageReader) =>
  async (link: string): Promise<{ targetId: string; rev: string } | "unreadable" | "not-there"> => {
    try {
      const wanted = link.trim().replace(/\/+$/, "");
      const found = (await page.listIncidents()).find(
        ({ id, shortlink }) => shortlink === wanted || wanted.endsWith(`/${id}`),
      );
      return found ? { targetId: found.id, rev: revisionOf(found.updates, found.status) } : "not-there";
    } catch {
      // The person's word is recorded all the same; the page watch compares it later.
      return "unreadable";
    }
  };
