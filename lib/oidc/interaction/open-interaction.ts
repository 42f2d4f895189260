import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Device } from '#lib/sessions/device.ts'
import { paramsOf } from '../context.ts'
import type { Interaction } from '../types.ts'
import { lookAtConsent, takeConsent } from './consent.ts'
import { isFormTokenOf } from './form-token.ts'
import { lookAtNonceStep, nonceAcrOf, takeNonceStep } from './nonce-authenticator.ts'
import { lookAtSignIn } from './sign-in.ts'
import { findInteraction, findStanding, type InteractionNeeds, type Outcome, type Step } from './step.ts'
import { poolOfStep } from './stranger.ts'

type Form = Record<string, string | undefined>
type Kind = 'sign-in' | 'nonce' | 'consent'

/** A step at which an authorization request waits, in the browser that was sent there. */
export type OpenInteraction = {
  uid: string
  clientId: string
  /** The languages that its authorization request asks for (OpenID Connect Core, section 3.1.2.1). */
  uiLocales: string | undefined
  /** What it waits for: an ordinary sign-in, the nonce authenticator, or consent. */
  kind: Kind
  /** A decided step only leads to where the authorization request continues. */
  isDecided: boolean
  /** Where its authorization request was counted as one of a browser without a session. */
  countedIn: string | undefined
  /** What the step shows or where it leads; spends nothing. */
  look(): Promise<Outcome>
  /**
   * Takes the form of the step's page. Throws `csrf` for a form without this step's token, and
   * `invalid_request` for a step without one.
   */
  take(form: Form): Promise<Outcome>
}

/**
 * The step of an authorization request that this browser was sent to; `undefined` when it has none with this
 * `uid`. `device` is what asks.
 */
export async function openInteraction(
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  { uid, device }: { uid: string; device: Device },
  needs: InteractionNeeds,
): Promise<OpenInteraction | undefined> {
  const interaction = await findInteraction(provider, req, res, uid)
  if (!interaction) return undefined
  const kind = kindOf(interaction, needs)
  const isDecided = interaction.result !== undefined
  const { client_id: clientId = '', ui_locales: uiLocales } = paramsOf(interaction)
  const common = { uid, clientId, uiLocales, kind, isDecided, countedIn: poolOfStep(interaction) }
  if (isDecided) {
    const leadOn = async () => ({ goTo: interaction.returnTo })
    return { ...common, look: leadOn, take: leadOn }
  }
  const standing = await findStanding(provider, req, res, needs)
  const step: Step = { provider, interaction, req, device, standing, needs }
  const { look, take } = kinds[kind]
  return { ...common, look: () => look(step), take: (form) => take(step, ownForm(form, step)) }
}

const kinds: Record<
  Kind,
  { look(step: Step): Promise<Outcome>; take(step: Step, form: Form): Promise<Outcome> }
> = {
  'sign-in': {
    look: lookAtSignIn,
    async take() {
      throw new OAuthError('invalid_request', 'this step takes no form')
    },
  },
  nonce: { look: lookAtNonceStep, take: takeNonceStep },
  consent: { look: lookAtConsent, take: takeConsent },
}

function ownForm(form: Form, { interaction, needs }: Step): Form {
  if (!isFormTokenOf(interaction.uid, form.csrf_token, needs.config.secrets))
    throw new OAuthError('csrf', "the form must be sent from Baton's own page")
  return form
}

function kindOf(interaction: Interaction, { config }: Pick<InteractionNeeds, 'config'>): Kind {
  if (interaction.prompt.name === 'consent') return 'consent'
  return nonceAcrOf(interaction, config) === undefined ? 'sign-in' : 'nonce'
}
