import type { Briefs } from "../briefs.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { CorrelationRows } from "../index-table/correlation.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { OfferProof } from "../offered-proof.ts";
import type { PreparePage } from "../paging/prepare-page.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { ApproverFacts } from "../publish-gate/approver.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Services } from "../services/services.ts";

/** What the API for the hosted functions needs. */
export interface ApiDeps {
  ledger: Ledger;
  correlation: CorrelationRows;
  rows: IncidentRows;
  services: Services;
  library: Library;
  world: ViewWorld;
  clock: Clock;
  random: Random;
  /** Our workspace: commands of any other are refused. */
  teamId: string;
  approvalTtlMs: number;
  lookUpApprover: (userId: string) => Promise<ApproverFacts>;
  preparePage: PreparePage;
  /** What is read about a proof before it counts. */
  offerProof: OfferProof;
  /** The page's entry behind a public link. */
  findOnPage: (link: string) => Promise<{ targetId: string; rev: string } | "unreadable" | "not-there">;
  /** What brings a person up to date. */
  brief: Briefs;
  /** Ids and names of the page's components, as last read. */
  components: () => readonly { id: string; name: string }[];
}
