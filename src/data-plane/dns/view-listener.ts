import type { Closable } from "../../kernel/shutdown.ts";
import type { AddressScheme } from "../addresses.ts";
import { TcpListener } from "./tcp-listener.ts";
import type { AnswerMessage } from "./tcp-listener.ts";
import { UdpListener } from "./udp-listener.ts";
import { viewAddress } from "./view-address.ts";

/** A view that is served, over UDP and TCP at one port. */
export interface ViewListener extends Closable {
  readonly address: string;
  readonly port: number;
}

interface ListenOptions {
  readonly scheme: AddressScheme;
  /** Tells data directories apart. */
  readonly seed: string;
  readonly key: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly answer: AnswerMessage;
}

const attempts = 20;

/** Serves a view at the first place that is free. @throws when none is, or the port may not be had. */
export async function listenForView(options: ListenOptions): Promise<ViewListener> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await listenAt(viewAddress(options.scheme, { ...options, attempt }), options.answer);
    } catch (cause) {
      const isInUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
      if (!isInUse || attempt === attempts) throw cause;
    }
  }
}

async function listenAt(
  { address, port }: { address: string; port: number },
  answer: AnswerMessage,
): Promise<ViewListener> {
  const tcp = new TcpListener(answer);
  const udp = new UdpListener(answer);
  const close = async (): Promise<void> => {
    await Promise.all([tcp.close(), udp.close()]);
  };
  try {
    const chosen = await tcp.listen({ address, port });
    await udp.listen({ address, port: chosen });
    return { address, port: chosen, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
