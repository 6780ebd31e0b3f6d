import { ServerError } from "@konsil/core";
import type { Enrolment } from "./model/index.ts";

/**
 * A server wants a second factor to be set up before it lets a user in. Neither its message nor printing it shows the
 * secret: enter `error.enrolment.secret` in an app, or show `qrUri` as a QR code, then connect with a code.
 */
export class EnrolmentError extends ServerError {
  readonly #enrolment: Enrolment;

  constructor(base: string, username: string, { secret, qrUri }: Enrolment) {
    super(
      "MFA_ENROLMENT",
      `The server at ${base} wants "${username}" to set up a second factor first. Put the secret of this error, error.enrolment, into an app for codes now: the server tells it this once. Then connect(address, { …, mfaCode: "123456" }).`,
      { status: 200 },
    );
    this.#enrolment = { secret, qrUri };
  }

  get enrolment(): Enrolment {
    return this.#enrolment;
  }
}
