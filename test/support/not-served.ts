/** The last sentence of refusals of what Cuprite does not have. */
export const notServed =
  "Cuprite does not serve it: `cuprite unserved` lists everything that was asked for and is not there.";
