import { measure } from "./load.ts";
import { requestMaker } from "./requests.ts";
import type { Order } from "./generated-load.ts";

/* The process that loads a server: each message is an order, and each order is answered by what was measured. */
const send = (message: object): void => void process.send?.(message);

process.on("message", (order: Order) => {
  const nextRequest = requestMaker(order.request, order);
  measure({ ...order, nextRequest }).then(
    (measured) => send({ measured }),
    (cause: unknown) => send({ trouble: cause instanceof Error ? cause.message : String(cause) }),
  );
});
process.on("disconnect", () => process.exit(0));
