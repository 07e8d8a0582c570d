/** A public incident as the page shows it: what the gate needs to compare before and after writing. */
export interface PageIncident {
  id: string;
  name: string;
  status: string;
  shortlink: string;
  /** Newest first. */
  updates: readonly { id: string; status: string; body: string; createdAt: string }[];
  /** `metadata.ic` where we wrote it. */
  marker: string | undefined;
}

/** Reads the page; each may be repeated. Both throw when the page cannot be read whole. */
export interface PageReader {
  getIncident(id: string): Promise<PageIncident | undefined>;
  /** Every incident of the page, resolved ones too. */
  listIncidents(): Promise<PageIncident[]>;
}
