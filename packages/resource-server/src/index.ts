export type { AccessToken, Caller, Session } from './caller.ts'
export {
  FeedRefused,
  InvalidConfiguration,
  InvalidProof,
  InvalidToken,
  MissingToken,
  ResourceServerError,
  Unavailable,
} from './errors.ts'
export type { FeedState } from './feed.ts'
export type { ResourceServerOptions, TrustedIssuer } from './options.ts'
export type { ProvenRequest } from './proof.ts'
export { createResourceServer, type ResourceServer } from './resource-server.ts'
