import { z } from "zod";
import { Unreadable } from "../../http/index.ts";
import type { LoginAnswer, Tokens } from "../dialect.ts";

const claims = z.object({ sub: z.int(), exp: z.number(), iat: z.number() });

/** What a token says of itself. Its signature is the server's business. */
function claimsOf(token: string): z.output<typeof claims> {
  const [, body = ""] = token.split(".");
  try {
    return claims.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  } catch {
    throw new Unreadable("its token is not one of vantage6");
  }
}

const tokensBody = z.object({ access_token: z.string(), refresh_token: z.string() });

export const tokens: z.ZodType<Tokens> = tokensBody.transform(
  ({ access_token: access, refresh_token: refresh }): Tokens => {
    const { sub, exp, iat } = claimsOf(access);
    const later = claimsOf(refresh);
    // Lifetimes rather than times: clocks differ.
    return { access, refresh, accessLifetime: exp - iat, refreshLifetime: later.exp - later.iat, user: sub };
  },
);

/** With two factors a server answers 200 without a token. */
export const login: z.ZodType<LoginAnswer> = z.union([
  tokens.transform((made): LoginAnswer => ({ type: "tokens", tokens: made })),
  z
    .object({ otp_secret: z.string(), qr_uri: z.string() })
    .transform(
      ({ otp_secret: secret, qr_uri: qrUri }): LoginAnswer => ({ type: "enrolment", secret, qrUri }),
    ),
  z
    .object({ msg: z.string().regex(/two-factor|mfa|2fa|authentication code/i) })
    .transform((): LoginAnswer => ({ type: "code wanted" })),
]);
