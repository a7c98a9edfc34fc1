import { once } from "node:events";
import { connect } from "node:net";

/** Whether something accepts TCP connections there. */
export async function isListening({ address, port }: { address: string; port: number }): Promise<boolean> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
