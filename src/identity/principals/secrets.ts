import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 256 random bits as base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The stored form of a secret: its SHA-256, base64url. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** Whether the hashes of two secrets are equal, in a time that does not depend on them. */
export const isSameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** The code that a person types to name a device: nine letters and digits, as in Azure. */
export const newUserCode = (): string => randomText(9);

/** A password that a person can type, of 96 random bits. */
export const newPassword = (): string => (randomText(20).toLowerCase().match(/.{5}/g) ?? []).join("-");

/** Consonants and digits that are not mistaken for each other and spell no words. */
const alphabet = "BCDFGHJKLMNPQRSTVWXZ23456789";

const randomText = (length: number): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
