import type { IncomingMessage } from 'node:http'
import type Provider from 'oidc-provider'
import { type KoaContextWithOIDC as Context, errors, type Interaction } from 'oidc-provider'
import { showError } from './other-pages.ts'
import { authenticate } from './people.ts'
import { showSignIn } from './sign-in-page.ts'

const FORM_LIMIT = 16 * 1024

/** Creates the koa step that serves the sign-in page and handles its form. */
export function signInStep(provider: Provider) {
  return async (ctx: Context, next: () => Promise<unknown>): Promise<unknown> => {
    if (!ctx.path.startsWith('/sign-in/')) return next()
    const interaction = await findInteraction(provider, ctx)
    if (!interaction) {
      ctx.status = 400
      return showError(ctx, {
        error: 'invalid_request',
        error_description: 'This sign-in has ended or was not begun here.',
      })
    }

    const clientName = await nameOfClient(provider, interaction)
    if (ctx.method !== 'POST') {
      const { login_hint: hint } = interaction.params
      return showSignIn(ctx, { clientName, login: typeof hint === 'string' ? hint : '' })
    }

    const form = await readForm(ctx.req)
    const login = form.get('login')?.trim() ?? ''
    const person = authenticate(login, form.get('password') ?? '')
    if (!person) {
      ctx.status = 422
      return showSignIn(ctx, {
        clientName,
        login,
        error: 'That login and password do not match. Please try again.',
      })
    }

    const result = { login: { accountId: person.id, amr: ['pwd'] } }
    const returnTo = await provider.interactionResult(ctx.req, ctx.res, result, {
      mergeWithLastSubmission: false,
    })
    ctx.status = 303
    ctx.redirect(returnTo)
  }
}

// The cookie of the interaction is SameSite=Lax: a cross-site form post arrives without it and fails here.
async function findInteraction(provider: Provider, ctx: Context): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res)
    return ctx.path === `/sign-in/${interaction.uid}` ? interaction : undefined
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  }
}

async function nameOfClient(provider: Provider, { params }: Interaction): Promise<string> {
  const client = await provider.Client.find(String(params.client_id))
  return client?.clientName ?? client?.clientId ?? 'the application'
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > FORM_LIMIT) return new URLSearchParams()
  }
  return new URLSearchParams(text)
}
