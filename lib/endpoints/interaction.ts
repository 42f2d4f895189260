import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPageProofOf } from '#lib/callers/page-proof-cookie.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import { readForm } from '#lib/http/form.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { consentOf, grantConsent } from '#lib/oidc/consent.ts'
import { formTokenOf, isFormTokenOf } from '#lib/oidc/form-token.ts'
import { hashOf, lookAtNonceOf, nonceAcrOf, spendNonceOf, unmet } from '#lib/oidc/nonce-authenticator.ts'
import type { Interaction, Result } from '#lib/oidc/provider.ts'
import { asksAgain, rememberStanding, signInOf } from '#lib/oidc/sign-in.ts'
import { findStanding, findStep, finishStep, type Standing } from '#lib/oidc/steps.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Exchange } from './endpoint.ts'
import { showView } from './show-view.ts'

const address = /^\/interaction\/([A-Za-z0-9_-]{1,64})\/?$/
/** Milliseconds in which the first of two presses has written what came of it. */
const aMoment = 300

type Step = {
  req: IncomingMessage
  res: ServerResponse
  runtime: Runtime
  interaction: Interaction
  standing: Standing | undefined
  show(view: HandoffView): Promise<void>
}

/**
 * `/interaction/{uid}`: where an authorization request waits for its person: for an ordinary sign-in, the
 * nonce authenticator, or consent. GET and HEAD spend nothing.
 */
export async function interaction(exchange: Exchange): Promise<void> {
  const { req, res, target, runtime, render } = exchange
  const uid = address.exec(target.split('?', 1)[0] ?? '')?.[1]
  if (uid === undefined) return render()
  const { provider } = runtime.oidc
  const found = await findStep(provider, req, res)
  if (found?.uid !== uid) return showView({ state: 'gone' }, exchange)
  // It has been decided, in another tab or by a page that was left; a second decision would write over it.
  if (found.result) return goTo(res, found.returnTo)
  const standing = await findStanding(provider, req, res, runtime)
  const show = (view: HandoffView) => showView(view, exchange)
  await (req.method === 'POST' ? take : look)({ req, res, runtime, interaction: found, standing, show })
}

async function look(step: Step): Promise<void> {
  const { interaction, runtime, req } = step
  const action = `/interaction/${interaction.uid}`
  const fields = { csrf_token: formTokenOf(interaction.uid, runtime.config.secrets) }
  if (interaction.prompt.name === 'consent')
    return step.show({ state: 'consent', action, fields, ...consentOf(interaction, runtime) })
  if (nonceAcrOf(interaction, runtime) === undefined) {
    const session = await standingSession(req, runtime)
    await rememberStanding(interaction, session?.id)
    const result = signInOf(interaction, session)
    return result ? finish(step, result) : goTo(step.res, signInPage(action, interaction))
  }
  const standing = step.standing?.live
  const proof = await readPageProofOf(req.headers.cookie, hashOf(interaction), runtime.config)
  const seen = await lookAtNonceOf(interaction, { standingUserId: standing?.user.id, proof }, runtime)
  if (!seen) return finish(step, unmet)
  const { user, mustAsk, codeChallenge } = seen
  return step.show({
    state: 'open',
    person: user,
    standing: standing && standing.user.id !== user.id ? standing.user : null,
    mustAsk,
    bound: codeChallenge !== null && proof?.verifier === undefined,
    action,
    fields,
    ...applicationOf(interaction, runtime),
  })
}

async function take(step: Step): Promise<void> {
  const { interaction, runtime, req } = step
  const form = await readForm(req.headers['content-type'], req)
  const isOwnForm =
    req.headers['sec-fetch-site'] === 'same-origin' ||
    isFormTokenOf(interaction.uid, form.csrf_token, runtime.config.secrets)
  if (!isOwnForm) throw new OAuthError('csrf', "the form must be sent from Baton's own page")
  if (interaction.prompt.name === 'consent')
    return finish(step, await grantConsent(interaction, form.answer === 'allow', step.standing, runtime))
  const acr = nonceAcrOf(interaction, runtime)
  if (acr === undefined) throw new OAuthError('invalid_request', 'there is nothing to send here')
  const proof = await readPageProofOf(req.headers.cookie, hashOf(interaction), runtime.config)
  const result = await spendNonceOf(interaction, acr, form.verifier ?? proof?.verifier, runtime)
  // A second press of the same button loses against the first, whose login it must not write over.
  if ('error' in result && (await isDecided(step))) return goTo(step.res, interaction.returnTo)
  return finish(step, result)
}

async function isDecided({ interaction, runtime }: Step): Promise<boolean> {
  await sleep(aMoment)
  const now = await runtime.oidc.provider.Interaction.find(interaction.uid)
  return now === undefined || now.result !== undefined
}

async function finish({ res, interaction, standing, runtime }: Step, result: Result): Promise<void> {
  goTo(res, await finishStep(runtime.oidc.provider, interaction, result, standing, runtime))
}

function goTo(res: ServerResponse, location: string): void {
  res.writeHead(303, { location, 'content-length': 0 })
  res.end()
}

function signInPage(callbackUrl: string, interaction: Interaction): string {
  const search = new URLSearchParams({ callbackUrl })
  if (asksAgain(interaction)) search.set('again', '1')
  return `/sign-in?${search}`
}

function applicationOf({ params }: Interaction, { config }: Runtime): { application?: string } {
  const client = config.clients.find(({ client_id }) => client_id === params.client_id)
  return client ? { application: client.client_name ?? client.client_id } : {}
}
