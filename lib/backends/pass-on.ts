import type { LiveSession } from '#lib/db/sessions.ts'
import { type WhileLiveNeeds, whileLive } from '#lib/sessions/while-live.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import type { Admitted } from './admit.ts'
import type { Connections } from './connections.ts'
import type { Passage, Sink } from './forward.ts'
import type { Gate } from './gate.ts'
import { openPassage } from './open-passage.ts'

type Needs = WhileLiveNeeds & {
  gate: Gate
  backends: Connections
}

/**
 * Waits for a place, makes an admitted call, and writes its answer to the sink. Resolves when the call is
 * over or the sink's receiver has left. Throws when the call gets no answer.
 */
export async function passOn({ backend, session, call }: Admitted, sink: Sink, needs: Needs): Promise<void> {
  const { gate, backends } = needs
  const person = session.user.id
  let leave = gate.take(backend, person) ?? (await gate.enter(backend, person, sink))
  let passage: Passage | undefined
  sink.onGone(() => passage?.abort())
  try {
    if (sink.isGone()) return
    const { isEventStream } = await gate.through(
      backend,
      person,
      () => {
        passage = openPassage(call, backend, backends, sink)
        return passage.answered
      },
      { canProbe: call.body === null },
    )
    if (!passage) return
    sink.flush()
    if (isEventStream) {
      noteRequest({ isStream: true })
      const leaveStream = gate.enterStream(backend, person)
      leave()
      leave = leaveStream
      await untilEnded(passage, session, needs)
    }
    await passage.finished
  } catch (error) {
    passage?.abort()
    throw error
  } finally {
    leave()
  }
}

// A stream lives no longer than the session that it was opened in.
async function untilEnded(passage: Passage, session: LiveSession, needs: WhileLiveNeeds): Promise<void> {
  const stream = { breakOff: () => passage.abort(), leave: () => passage.end() }
  const over = whileLive(session, stream, needs)
  await passage.finished
  over()
}
