import type { Inspect } from "./inspector.ts";

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

const sampleUs = 500;

/** Profiles the main thread while something is done. Returns the share of its working time by place, the greatest first. */
export async function profileWhile(
  inspect: Inspect,
  work: () => Promise<unknown>,
): Promise<readonly (readonly [place: string, share: number])[]> {
  await inspect("Profiler.enable");
  await inspect("Profiler.setSamplingInterval", { interval: sampleUs });
  await inspect("Profiler.start");
  await work();
  const { profile } = (await inspect("Profiler.stop")) as { profile: Profile };
  return sharesOf(profile);
}

/** The shares of a profile's samples, without idle time. */
export function sharesOf({ nodes, samples, timeDeltas }: Profile): readonly (readonly [string, number])[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const place = places.get(id) ?? "";
    if (place !== idle) times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times].map(([place, time]) => [place, time / total] as const).toSorted((one, other) => other[1] - one[1]);
}

const idle = "idle";

/** A room of src/, a package, a module of Node's, or what V8 calls work that is no JavaScript. */
function placeOf({ functionName, url }: CallFrame): string {
  if (functionName === "(idle)") return idle;
  if (functionName === "(garbage collector)") return "garbage collection";
  if (functionName === "(program)") return "native code of Node";
  const [, room] = /\/src\/([^/]+)\//.exec(url) ?? [];
  const [, named] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (named !== undefined) return named;
  if (room !== undefined) return `src/${room}`;
  if (url.startsWith("node:")) return `node: ${moduleOf(url)}`;
  return url === "" ? "built-in functions and calls into native code" : url.replace(/^.*\//, "");
}

/** `_tls_wrap` of `node:_tls_wrap`, `streams` of all files below `node:internal/streams/`. */
const moduleOf = (url: string): string => url.slice("node:".length).replace(/^internal\/([^/]+)\/.*/, "$1");
