import type { Closable } from "../kernel/shutdown.ts";
import { openTlsMaterial } from "./tls-material.ts";
import type { TlsMaterial, TlsOptions } from "./tls-material.ts";

const retryMs = 3_600_000;

/** Keeps a running server's certificate in date: `onRenewed` gets each new one, for `server.setSecureContext`. */
export function keepTlsFresh({
  material,
  options,
  onRenewed,
}: {
  material: TlsMaterial;
  options: TlsOptions;
  onRenewed: (material: TlsMaterial) => void;
}): Closable {
  const { clock, log } = options;
  let isClosed = false;
  let renewal = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      const renewed = await openTlsMaterial(options);
      onRenewed(renewed);
      scheduleAt(renewed.renewAtMs);
    } catch (cause) {
      log.error({ err: cause }, "The server's certificate could not be renewed; trying again in an hour.");
      schedule((wake) => clock.wakeIn(retryMs, wake));
    }
  };
  let forget = (): void => undefined;
  const schedule = (wakeLater: (wake: () => void) => () => void): void => {
    if (isClosed) return;
    forget = wakeLater(() => {
      renewal = renew();
    });
  };
  const scheduleAt = (atMs: number): void => schedule((wake) => clock.wakeAt(atMs, wake));
  scheduleAt(material.renewAtMs);
  return {
    async close() {
      isClosed = true;
      forget();
      await renewal;
    },
  };
}
