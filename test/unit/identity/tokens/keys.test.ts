import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { calculateJwkThumbprint } from "jose";
import { describe, expect, test } from "vitest";
import { openKeyRing, rotateKeys } from "../../../../src/identity/tokens/keys.ts";
import { newDataDir } from "../../../support/authority-app.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const clock = new ManualClock();

describe("signing keys", () => {
  test("are made once, readable by their owner alone, in a folder of the same kind", async () => {
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

  test("are the same for processes that start at once on an empty data directory", async () => {
    const dataDir = await tempDir();
    const rings = await Promise.all([1, 2, 3].map(() => openKeyRing({ dataDir, clock })));
    expect(new Set(rings.map((ring) => ring.signing.kid)).size).toBe(1);
    expect(readdirSync(join(dataDir, "keys"))).toHaveLength(1);
  });

  test("are named by their RFC 7638 thumbprint and publish nothing private", async () => {
    const ring = await openKeyRing({ dataDir: await newDataDir(), clock });
    const [jwk] = ring.publicJwks;
    expect(Object.keys(jwk ?? {}).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(jwk?.kid).toBe(await calculateJwkThumbprint(jwk ?? { kty: "RSA" }));
  });

  test("are 2048 bits long", async () => {
    const ring = await openKeyRing({ dataDir: await newDataDir(), clock });
    expect(Buffer.from(ring.publicJwks[0]?.n ?? "", "base64url")).toHaveLength(256);
  });

  test("sign with the newest after a rotation, and keep the older ones for checking", async () => {
    const ring = await openKeyRing({ dataDir: await newDataDir(), clock });
    const before = ring.signing.kid;
    await ring.rotate();
    expect(ring.signing.kid).not.toBe(before);
    expect(ring.publicJwks.map((jwk) => jwk.kid)).toEqual([ring.signing.kid, before]);
    await expect(ring.keyFor({ kid: before })).resolves.toBeDefined();
  });

  test("that another process added are found by their id, looking at most once a second", async () => {
    const dataDir = await newDataDir();
    const ownClock = new ManualClock();
    const ring = await openKeyRing({ dataDir, clock: ownClock });
    await expect(ring.keyFor({ kid: "unknown" })).rejects.toThrow("no applicable key found");
    await rotateKeys({ dataDir });
    const added = (await openKeyRing({ dataDir, clock })).signing.kid;
    await expect(ring.keyFor({ kid: added })).rejects.toThrow("no applicable key found");
    await ownClock.advance(1_000);
    const found = await Promise.all([ring.keyFor({ kid: added }), ring.keyFor({ kid: added })]);
    expect(found).toHaveLength(2);
  });

  test("that two processes add at once are both there", async () => {
    const dataDir = await newDataDir();
    await Promise.all([rotateKeys({ dataDir }), rotateKeys({ dataDir })]);
    const ring = await openKeyRing({ dataDir, clock });
    expect(ring.publicJwks).toHaveLength(3);
  });

  test.each([
    ["cut off", '{"kty":"RSA"'],
    ["of another kind", '{"kty":"oct","k":"c2VjcmV0"}'],
    ["only public", '{"kty":"RSA","n":"AQAB","e":"AQAB"}'],
  ])("that are %s are told of by their path", async (_kind, text) => {
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
