import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 256 random bits as base64url: nobody guesses it. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret: its SHA-256, base64url. */
export const hashSecret = (secret: string): string => sha256(secret).toString("base64url");

/** The left half of a token's SHA-256, base64url: `at_hash` and `c_hash` (OpenID Connect Core §3.3.2.11). */
export const halfHash = (token: string): string => sha256(token).subarray(0, 16).toString("base64url");

/** Consonants and digits that are not mistaken for each other and spell no words. */
const userCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ23456789";
const userCodeLength = 9;

/** What a person types to name a device: nine letters and digits, as in Azure. */
export const newUserCode = (): string => randomText(userCodeLength);

const randomText = (length: number): string =>
  Array.from({ length }, () => userCodeAlphabet.charAt(randomInt(userCodeAlphabet.length))).join("");

/** Whether two secrets' hashes are the same, found out in a time that tells nothing of them. */
export const isSameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** A password that a person can type, of 96 random bits. */
export const newPassword = (): string => (randomText(20).toLowerCase().match(/.{5}/g) ?? []).join("-");

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
