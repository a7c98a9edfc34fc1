/**
 * The time in ms that this process works on something. Unlike time on the wall it does not grow while others keep the
 * processor busy, so that a limit for it holds on any machine.
 */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
