import { useConsole } from "./console-context.ts";
import { RenderedBlocks } from "./rendered-blocks.tsx";
import { SafeLink } from "./safe-link.tsx";
import { type Issue, plainText } from "./world.ts";

/** The postmortems and follow-ups that were filed. */
export function LinearTab() {
  const { world } = useConsole();
  const { issues } = world.linear;
  if (issues.length === 0)
    return <p className="empty">No issue has been filed yet. The postmortem comes with the end of an incident.</p>;
  return issues.toReversed().map((issue) => <IssueCard key={issue.id} issue={issue} />);
}

function IssueCard({ issue }: { issue: Issue }) {
  const state = plainText(issue.state) ?? (issue.state as { name?: string } | null | undefined)?.name;
  return (
    <article className="issue">
      <header>
        <p className="issue-line">
          <SafeLink href={issue.url ?? ""} className="issue-id">
            {issue.identifier ?? issue.id}
          </SafeLink>
          {state && <span className="tag">{state}</span>}
        </p>
        <h2 dir="auto">{issue.title}</h2>
      </header>
      {issue.description && <RenderedBlocks blocks={[{ type: "markdown", text: issue.description }]} />}
    </article>
  );
}
