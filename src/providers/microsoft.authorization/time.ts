/** A time as Microsoft.Authorization writes it, with seven fractional digits: `2025-04-03T09:30:10.7790000Z` (recorded). */
export const sevenDigits = (atMs: number): string => new Date(atMs).toISOString().replace("Z", "0000Z");
