import { newPageProof, type PageProof } from '#lib/handoff/page-proof.ts'

/** A browser that is on no network in particular. */
export const someDevice = {
  browser: 'Firefox',
  system: 'Linux',
  address: '127.0.0.1',
  isTold: false,
  isDoubtful: false,
}

/** What a browser keeps that has just opened the page of the nonce with this SHA-256. */
function pageOf(hash: Buffer, change: Partial<PageProof> = {}): PageProof {
  const page = newPageProof({ hash: hash.toString('base64url'), openedAt: new Date(), target: null })
  return { ...page, ...change }
}

/** What it takes to redeem the nonce with this SHA-256 in a browser that has just opened its page. */
export function redemptionOf(hash: Buffer) {
  return { proof: pageOf(hash), verifier: undefined, device: someDevice, standing: undefined }
}
