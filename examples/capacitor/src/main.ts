import { client, onDevice } from './baton.ts'
import { codeOf, wordsFor } from './failure.ts'
import { openHandOff } from './open-hand-off.ts'
import { onPress, say, show } from './page.ts'
import { onCallback, openSignIn } from './sign-in-on-devices.ts'

const { TARGET } = import.meta.env

onPress('sign-in', async () => {
  const { url } = await client.beginSignIn()
  if (onDevice) await openSignIn(url)
  else location.assign(url)
})
onPress('call', async () => {
  const answer = await client.fetch('/api/backends/demo/api/authenticated/greeting')
  if (!answer.ok) throw new Error(`the backend answered ${answer.status}`)
  const { greeting } = (await answer.json()) as { greeting: string }
  say('answer', greeting)
})
onPress('open', () => openHandOff(TARGET))
onPress('sign-out', () => client.signOut())
onPress('retry', showSession)

// By a sign-in or sign-out here, and where a call finds that Baton has ended the session.
client.onSessionChange(showSession)

if (onDevice) await onCallback(finishSignIn)
if (location.pathname === '/callback') {
  const callbackUrl = location.href
  history.replaceState(null, '', '/')
  await finishSignIn(callbackUrl)
} else await showSession()

async function finishSignIn(callbackUrl: string): Promise<void> {
  show('loading')
  try {
    await client.finishSignIn(callbackUrl)
  } catch (error) {
    await showSession()
    // Anybody can open such a link. One that belongs to no sign-in of this app changes nothing.
    if (codeOf(error) === 'state_mismatch') return
    say('failure', wordsFor(error))
  }
}

async function showSession(): Promise<void> {
  try {
    const { user } = await client.getOwnSession()
    show('signed-in')
    say('name', user.name ?? user.id)
  } catch (error) {
    show(codeOf(error) === 'signed_out' ? 'signed-out' : 'unknown')
  }
}
