/**
 * The states of a private endpoint connection, as one table that both sides use. Absent: there is none. Disconnected:
 * the owner removed it; the consumer's endpoint still exists and can only be deleted.
 */
export const connectionStates = ["Absent", "Pending", "Approved", "Rejected", "Disconnected"] as const;
export type ConnectionState = (typeof connectionStates)[number];

/** The states in which the owner's side has a row, with the state as its `status`. */
export type ConnectionStatus = Extract<ConnectionState, "Pending" | "Approved" | "Rejected">;

export const connectionEvents = [
  /** The consumer creates a private endpoint and asks the owner. */
  "requestManually",
  /** The consumer creates a private endpoint and may approve it too. */
  "requestAutomatically",
  /** The consumer writes their private endpoint again. */
  "consumerUpdates",
  /** The consumer deletes their private endpoint. */
  "consumerRemoves",
  "ownerApproves",
  "ownerRejects",
  /** The owner writes the connection without a status. */
  "ownerKeeps",
  /** The owner deletes the connection, or the resource that it leads to. */
  "ownerRemoves",
] as const;
export type ConnectionEvent = (typeof connectionEvents)[number];

type ConnectionRefusal =
  /** There is no connection: owners cannot create one. */
  | "notFound"
  /** A connection of that name is there already. */
  | "exists"
  /** A rejected connection must be removed and created again (documented). */
  | "deniedForGood"
  /** A disconnected endpoint can only be deleted. */
  | "disconnected";

type Transition = { readonly to: ConnectionState } | { readonly refusal: ConnectionRefusal };

const to = (state: ConnectionState): Transition => ({ to: state });
const refuse = (refusal: ConnectionRefusal): Transition => ({ refusal });

const table: Readonly<Record<ConnectionState, Readonly<Record<ConnectionEvent, Transition>>>> = {
  Absent: {
    requestManually: to("Pending"),
    requestAutomatically: to("Approved"),
    consumerUpdates: refuse("notFound"),
    consumerRemoves: to("Absent"),
    ownerApproves: refuse("notFound"),
    ownerRejects: refuse("notFound"),
    ownerKeeps: refuse("notFound"),
    ownerRemoves: to("Absent"),
  },
  Pending: {
    requestManually: refuse("exists"),
    requestAutomatically: refuse("exists"),
    consumerUpdates: to("Pending"),
    consumerRemoves: to("Absent"),
    ownerApproves: to("Approved"),
    ownerRejects: to("Rejected"),
    ownerKeeps: to("Pending"),
    ownerRemoves: to("Disconnected"),
  },
  Approved: {
    requestManually: refuse("exists"),
    requestAutomatically: refuse("exists"),
    consumerUpdates: to("Approved"),
    consumerRemoves: to("Absent"),
    ownerApproves: to("Approved"),
    ownerRejects: to("Rejected"),
    ownerKeeps: to("Approved"),
    ownerRemoves: to("Disconnected"),
  },
  Rejected: {
    requestManually: refuse("exists"),
    requestAutomatically: refuse("exists"),
    consumerUpdates: to("Rejected"),
    consumerRemoves: to("Absent"),
    ownerApproves: refuse("deniedForGood"),
    ownerRejects: to("Rejected"),
    ownerKeeps: to("Rejected"),
    ownerRemoves: to("Disconnected"),
  },
  Disconnected: {
    requestManually: refuse("disconnected"),
    requestAutomatically: refuse("disconnected"),
    consumerUpdates: refuse("disconnected"),
    consumerRemoves: to("Absent"),
    ownerApproves: refuse("notFound"),
    ownerRejects: refuse("notFound"),
    ownerKeeps: refuse("notFound"),
    ownerRemoves: to("Disconnected"),
  },
};

/** What becomes of a connection in `state` when `event` happens. */
export const transition = (state: ConnectionState, event: ConnectionEvent): Transition => table[state][event];
