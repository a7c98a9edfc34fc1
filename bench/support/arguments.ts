/** The numbers among a benchmark's arguments, in their order. */
export const numbersOf = (args: readonly string[]): number[] => args.filter((arg) => !arg.startsWith("-")).map(Number);

/** Whether rounds count in which other programs were busy. */
export const evenIfBusy = process.argv.includes("--even-if-busy");

/** The names in `--only=one,two`; undefined without it. */
export const onlyNames = (args: readonly string[]): readonly string[] | undefined =>
  args
    .find((arg) => arg.startsWith("--only="))
    ?.slice("--only=".length)
    .split(",");
