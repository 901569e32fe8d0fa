// verify.mjs - somebody verifies the bot with matrix-js-sdk, as a person with Element would: asks, compares, confirms.
// Writes JSON lines: what is shown, and how it ended. --wrong: the person says that the strings differ.
import { parseArgs } from "node:util";

const { values: opt } = parseArgs({ options: {
  base: { type: "string" }, user: { type: "string" }, password: { type: "string" }, bot: { type: "string" },
  how: { type: "string" }, wrong: { type: "boolean" }, encrypted: { type: "boolean" },
} });
for (const k of ["log", "info", "debug", "warn", "error", "trace"]) console[k] = () => {};

const sdk = await import("matrix-js-sdk");
const { VerificationPhase, VerifierEvent, VerificationRequestEvent } = await import("matrix-js-sdk/lib/crypto-api/index.js");
const out = (o) => process.stdout.write(JSON.stringify(o) + "\n");
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild() { return quiet; } };
const pause = (ms) => new Promise((r) => setTimeout(r, ms));

async function until(what, ms = 30000) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(50)) {
    const got = await what();
    if (got) return got;
  }
  throw new Error("waited too long");
}

async function register() {
  const r = await fetch(opt.base + "/_matrix/client/v3/register", { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { type: "m.login.dummy" }, username: opt.user, password: opt.password }) });
  if (!r.ok) throw new Error(await r.text());
  return r.json();
}

async function roomWithBot(client, encrypted) {
  const initial_state = encrypted ? [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }] : [];
  const { room_id } = await client.createRoom({ is_direct: true, invite: [opt.bot], preset: "trusted_private_chat", initial_state });
  await until(() => client.getRoom(room_id)?.getMember(opt.bot)?.membership === "join");
  return room_id;
}

async function verify(crypto, client) {
  // devices are known of people with whom an encrypted room is shared
  let room = await roomWithBot(client, true);
  if (opt.how === "room" && !opt.encrypted)
    room = await roomWithBot(client, false);
  const devices = await until(async () => {
    const all = (await crypto.getUserDeviceInfo([opt.bot], true)).get(opt.bot);
    return all?.size && all;
  });
  const device = [...devices].find(([, d]) => d.algorithms.length)[0];
  const request = await until(() => (opt.how === "device" ? crypto.requestDeviceVerification(opt.bot, device)
    : crypto.requestVerificationDM(opt.bot, room)).catch(() => null));
  request.on(VerificationRequestEvent.Change, () => out({ event: "phase", phase: VerificationPhase[request.phase] }));
  await until(() => request.phase >= VerificationPhase.Ready);
  if (request.phase === VerificationPhase.Cancelled) throw new Error("refused: " + request.cancellationCode);
  const verifier = await request.startVerification("m.sas.v1");
  verifier.on(VerifierEvent.ShowSas, (shown) => {
    out({ event: "shown", numbers: shown.sas.decimal, emoji: shown.sas.emoji.map((e) => e[1]) });
    opt.wrong ? shown.mismatch() : shown.confirm();
  });
  await verifier.verify();
  await until(() => request.phase === VerificationPhase.Done);
  const user_verified = await until(async () => (await crypto.getUserVerificationStatus(opt.bot)).isCrossSigningVerified());
  const status = await crypto.getDeviceVerificationStatus(opt.bot, device);
  return { user_verified, signed_by_owner: status.signedByOwner, device_verified: status.isVerified() };
}

try {
  const who = await register();
  const client = sdk.createClient({ baseUrl: opt.base, userId: who.user_id, deviceId: who.device_id, accessToken: who.access_token,
    cryptoCallbacks: {}, logger: quiet });
  await client.initRustCrypto({ useIndexedDB: false });
  await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: false, pollTimeout: 20000 });
  await until(() => client.isInitialSyncComplete());
  const crypto = client.getCrypto();
  await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (send) => send(null) });
  out({ event: "done", ...await verify(crypto, client) });
  process.exit(0);
} catch (e) {
  out({ event: "failed", why: String(e.message ?? e) });
  await pause(1500); // the other side is to hear of it
  process.exit(1);
}
