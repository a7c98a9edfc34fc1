/** How a command ends, as help states it. */
export const exitCodes = { done: 0, failed: 1, wronglyCalled: 2 } as const;
