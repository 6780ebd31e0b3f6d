import type { Policy } from "../policy/index.ts";
import type { PolicyNote } from "./message.ts";

/** What each answer tells of the policy by which it was made. */
export function policyNote(policy: Policy, ledger: string): PolicyNote {
  const { open, minimumCell, minimumRows, minimumOrganizations, maximumPooledParameterShare } = policy;
  const { eventTimes, resolution, reason } = policy;
  return {
    open,
    minimumCell,
    minimumRows,
    minimumOrganizations,
    maximumPooledParameterShare,
    eventTimes,
    resolution,
    reason,
    ledger,
  };
}
