import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Load, Measured } from "./load.ts";
import { onGeneratorCore } from "./pinning.ts";
import type { RequestSpec } from "./requests.ts";

/** An order to the generator: a load whose requests are described as data. */
export interface Order extends Omit<Load, "nextRequest"> {
  readonly token: string;
  readonly request: RequestSpec;
}

/** A process of its own that loads servers. */
export interface Generator {
  readonly load: (order: Order) => Promise<Measured>;
  readonly close: () => void;
}

/** Starts the generator, on a processor of its own where there is `taskset`. */
export function startGenerator(): Generator {
  const [command = "", ...args] = onGeneratorCore([process.execPath, join(import.meta.dirname, "generator.ts")]);
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    async load(order) {
      child.send(order);
      const [answer] = (await once(child, "message")) as [{ measured?: Measured; trouble?: string }];
      if (answer.measured === undefined) throw new Error(answer.trouble);
      return answer.measured;
    },
    close: () => child.disconnect(),
  };
}
