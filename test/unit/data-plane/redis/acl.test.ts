import { expect, test } from "vitest";
import { aclChange, aclRules } from "../../../../src/data-plane/redis/acl.ts";
import { sha256 } from "../../../../src/data-plane/redis/redis-admin.ts";
import { databaseFacts } from "../../../support/cluster-facts.ts";

const user = "11111111-2222-4333-8444-555555555555";
const token = { hash: "a".repeat(64), objectId: user, expiresAtMs: 1 };
const tokensOf = (objectId: string) => (objectId === user ? [token] : []);
const noTokens = () => [];
const assigned = databaseFacts({ assignments: [{ objectId: user, accessString: "+@read ~app:*" }] });

test("access keys are the two passwords of the default user, kept as hashes", () => {
  const rules = aclRules(databaseFacts(), noTokens).get("default");
  expect(rules?.slice(0, 4)).toEqual(["reset", "on", `#${sha256("first")}`, `#${sha256("second")}`]);
});

test("without access keys the default user is off", () => {
  expect(aclRules(databaseFacts({ accessKeys: undefined }), noTokens).get("default")).toEqual(["reset"]);
});

test("a user exists as long as there is an assignment and a token", () => {
  expect(aclRules(assigned, tokensOf).has(user)).toBe(true);
  expect(aclRules(assigned, noTokens).has(user)).toBe(false);
  expect(aclRules(databaseFacts(), tokensOf).has(user)).toBe(false);
});

test("tokens are refused without encryption", () => {
  const plain = { ...assigned, clientProtocol: "Plaintext" } as const;
  expect([...aclRules(plain, tokensOf).keys()]).toEqual(["default"]);
});

test("a user has the permissions of its assignment and nothing else", () => {
  const rules = aclRules(assigned, tokensOf).get(user);
  expect(rules).toEqual(["reset", "on", "allchannels", `#${token.hash}`, "+@read", "~app:*"]);
});

test.for(["nopass", ">secret", "#abc", "on", "(+@all", "~*)", "reset", "off"])(
  "an access string cannot bypass the tokens with '%s'",
  (word) => {
    const facts = databaseFacts({ assignments: [{ objectId: user, accessString: `+@all ~* ${word}` }] });
    const plain = databaseFacts({ assignments: [{ objectId: user, accessString: "+@all ~*" }] });
    expect(aclRules(facts, tokensOf).get(user)).toEqual(aclRules(plain, tokensOf).get(user));
  },
);

test("a change has only what differs, and disconnects all clients when access keys are switched off or on", () => {
  const before = aclRules(assigned, tokensOf);
  expect(aclChange(before, before)).toEqual({ set: new Map(), remove: [], disconnectsAll: false });
  const off = aclRules(databaseFacts({ accessKeys: undefined }), noTokens);
  expect(aclChange(before, off)).toEqual({
    set: new Map([["default", ["reset"]]]),
    remove: [user],
    disconnectsAll: true,
  });
  expect(aclChange(off, before)).toMatchObject({ disconnectsAll: true });
  expect(aclChange(off, off)).toMatchObject({ disconnectsAll: false });
  expect(aclChange(undefined, before).disconnectsAll).toBe(false);
  expect([...aclChange(undefined, before).set.keys()]).toEqual(["default", user]);
});
