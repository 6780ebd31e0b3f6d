import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../../../scripts/step.mjs";
import { launch, waitFor } from "./processes.mjs";
import { base, ports } from "./settings.mjs";
import { find } from "./tools.mjs";

const folder = join(base, "registry");
export const certificate = join(folder, "certificate.pem");

/** A registry for images, with a certificate of its own: a store reads digests over https only. */
export async function startRegistry() {
  mkdirSync(folder, { recursive: true });
  const key = join(folder, "key.pem");
  if (!existsSync(certificate))
    await capture("certificate", "openssl", [
      ..."req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost".split(" "),
      ..."-addext subjectAltName=DNS:localhost,IP:127.0.0.1".split(" "),
      "-keyout",
      key,
      "-out",
      certificate,
    ]);
  const config = join(folder, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: "warn" },
      storage: { filesystem: { rootdirectory: join(folder, "images") } },
      http: { addr: `127.0.0.1:${ports.registry}`, tls: { certificate, key } },
    }),
  );
  launch("registry", find("docker-registry"), ["serve", config]);
  // Not fetch(), which knows only the certificates that Node was started with.
  const connect = ["s_client", "-brief", "-connect", `localhost:${ports.registry}`, "-CAfile", certificate];
  await waitFor("the registry", "registry", 20, () =>
    capture("registry", "openssl", connect).then(
      () => true,
      () => false,
    ),
  );
}
