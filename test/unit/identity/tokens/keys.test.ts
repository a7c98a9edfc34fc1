import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { calculateJwkThumbprint } from "jose";
import { describe, expect, test } from "vitest";
import { openKeyRing } from "../../../../src/identity/tokens/keys.ts";
import { addSigningKey, newDataDir } from "../../../support/authority-app.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const clock = new ManualClock();

describe("signing keys", () => {
  test("signing keys are created once, in a file and a folder that only their owner can read", async () => {
    const dataDir = await tempDir();
    const first = await openKeyRing({ dataDir, clock });
    const second = await openKeyRing({ dataDir, clock });
    expect(second.signing.kid).toBe(first.signing.kid);
    const folder = join(dataDir, "keys");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    expect(names).toEqual(["signing-000001.jwk"]);
    expect(statSync(join(folder, names[0] ?? "")).mode & 0o777).toBe(0o600);
  });

  test("processes that start at once on an empty data directory use the same signing key", async () => {
    const dataDir = await tempDir();
    const rings = await Promise.all([1, 2, 3].map(() => openKeyRing({ dataDir, clock })));
    expect(new Set(rings.map((ring) => ring.signing.kid)).size).toBe(1);
    expect(readdirSync(join(dataDir, "keys"))).toHaveLength(1);
  });

  test("a public key is named by its RFC 7638 thumbprint and has no private member", async () => {
    const ring = await openKeyRing({ dataDir: await newDataDir(), clock });
    const [jwk] = ring.publicJwks;
    expect(Object.keys(jwk ?? {}).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(jwk?.kid).toBe(await calculateJwkThumbprint(jwk ?? { kty: "RSA" }));
  });

  test("a signing key is 2048 bits long", async () => {
    const ring = await openKeyRing({ dataDir: await newDataDir(), clock });
    expect(Buffer.from(ring.publicJwks[0]?.n ?? "", "base64url")).toHaveLength(256);
  });

  test("the newest signing key signs, and the older ones still verify", async () => {
    const dataDir = await newDataDir();
    const before = (await openKeyRing({ dataDir, clock })).signing.kid;
    const added = await addSigningKey(dataDir);
    const ring = await openKeyRing({ dataDir, clock });
    expect(ring.signing.kid).toBe(added);
    expect(ring.publicJwks.map((jwk) => jwk.kid)).toEqual([added, before]);
    await expect(ring.keyFor({ kid: before })).resolves.toBeDefined();
  });

  test("a key ring finds a key that another process added, reading the folder at most once a second", async () => {
    const dataDir = await newDataDir();
    const ownClock = new ManualClock();
    const ring = await openKeyRing({ dataDir, clock: ownClock });
    await expect(ring.keyFor({ kid: "unknown" })).rejects.toThrow("no applicable key found");
    const added = await addSigningKey(dataDir);
    await expect(ring.keyFor({ kid: added })).rejects.toThrow("no applicable key found");
    await ownClock.advance(1_000);
    const found = await Promise.all([ring.keyFor({ kid: added }), ring.keyFor({ kid: added })]);
    expect(found).toHaveLength(2);
    expect(ring.signing.kid).toBe(added);
  });

  test.each([
    ["cut off", '{"kty":"RSA"'],
    ["of another kind", '{"kty":"oct","k":"c2VjcmV0"}'],
    ["only public", '{"kty":"RSA","n":"AQAB","e":"AQAB"}'],
  ])("a key file that is %s is refused by its path", async (_kind, text) => {
    const dataDir = await tempDir();
    mkdirSync(join(dataDir, "keys"));
    const path = join(dataDir, "keys", "signing-000001.jwk");
    writeFileSync(path, text);
    await expect(openKeyRing({ dataDir, clock })).rejects.toThrow(
      `The signing key ${path} cannot be read; move it away, or restore it.`,
    );
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});
