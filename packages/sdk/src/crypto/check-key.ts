import type { KeyObject } from "node:crypto";

/** The shortest modulus that is still taken, in bits. vantage6 makes 4096. */
const minimumBits = 2048;

/** What is wrong with a key for vantage6's envelope, or undefined. */
export function keyProblem(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== "rsa") return `it is of type "${key.asymmetricKeyType}", not "rsa"`;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < minimumBits)
    return `it has ${modulusLength} bits, and fewer than ${minimumBits} are not safe`;
  if (publicExponent < 65537n)
    return `its public exponent is ${publicExponent}, and less than 65537 is not safe`;
  return undefined;
}
