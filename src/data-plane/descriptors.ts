/** Descriptors that one client takes of us: its own connection, and the one to the database. */
const perClient = 2;

/** What we keep back for everything else: listeners, the store, other servers' pipes. */
const reserved = 512;

/** How many descriptors a process may have, by the hard limit, which Node raises its own to (getrlimit(2)). */
export function descriptorLimit(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | string } } };
  const hard = report.userLimits?.open_files?.hard;
  return typeof hard === "number" ? hard : Number.POSITIVE_INFINITY;
}

/** How many clients at once that many descriptors are good for. */
export const clientsWithin = (descriptors: number): number =>
  Math.max(perClient, Math.floor((descriptors - reserved) / perClient));
