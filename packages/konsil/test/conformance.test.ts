import { breastCancer } from "konsil/examples";
import { conformance } from "../../sdk/test/remote/conformance.ts";
import { smallKey } from "../../sdk/test/remote/fake-server/fake-world.ts";
import { openDirect } from "../../sdk/test/remote/openings.ts";
import { conformanceCases, withFewer } from "./conformance-cases.ts";

// One key for all is enough here.
const key = smallKey(0);
const open = breastCancer.slice(0, 4);
const hospitals = open.map((site) => ({ ...site, policy: undefined, reason: undefined }));
const keys = Array.from({ length: open.length + 1 }, () => key);

const cases = withFewer(conformanceCases, 3);

conformance("remote, plain, of open data", openDirect("plain", []), open, cases);
conformance("remote, encrypted, of hospitals", openDirect("sealed", keys), hospitals, cases);
