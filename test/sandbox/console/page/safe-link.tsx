import type { ReactNode } from "react";

const SAFE = /^(?:https?:|mailto:)/i;

/** A link out of the console. Other schemes and relative addresses are shown, not linked. */
export function SafeLink({ href, className, children }: { href: string; className?: string; children: ReactNode }) {
  if (!SAFE.test(href)) return <span className={className}>{children}</span>;
  return (
    <a href={href} className={className} target="_blank" rel="noopener noreferrer" title={href}>
      {children}
    </a>
  );
}
