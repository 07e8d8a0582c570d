/** First words of immediate actions: each says what the hands do. */
export const VERBS: ReadonlySet<string> = new Set(
  `Activate Announce Ask Assign Block Call Cache Collect Confirm Deny Disable Drain End Enable Extend Freeze Hold Invite Isolate
  Lock Lower Move Name Note Open Page Pause Point Post Pull Quarantine Raise Read Remove Restart Restore Revoke Roll Rotate Save
  Send Snapshot Start Stop Suspend Switch Take Tell Throttle Turn Warn Withdraw Write`.split(/\s+/),
);
