import { findHandoffs, findNotices, type OwnEvent } from '#lib/db/activity.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type Device, deviceOfText } from '#lib/sessions/device.ts'
import { type Network, networkOf } from '#lib/sessions/network.ts'
import { reachOf } from '#lib/sessions/own-sessions.ts'

type Needs = { db: Database }

/** A side of a hand-off, and whether it is in the network of the one who looks. */
export type SeenDevice = Pick<Device, 'browser' | 'system' | 'address'> & { network: Network }

/** An event of a hand-off, as one of its person's sessions sees it. */
export type SeenEvent = Omit<OwnEvent, 'sourceDevice' | 'targetDevice'> & {
  source: SeenDevice | undefined
  by: SeenDevice | undefined
}

/** A hand-off and what happened to it, the oldest first. */
export type SeenHandoff = { nonce: string; events: SeenEvent[] }

/** A page of the timeline; `older` is where the next one begins. */
export type Timeline = { handoffs: SeenHandoff[]; older: string | undefined }

const hash = /^[\da-f]{64}$/

/** The hand-offs that `viewer` may see, the newest first: those before `before`, or from the last one on. */
export async function timelineOf(
  viewer: LiveSession,
  device: Device,
  before: string | undefined,
  { db }: Needs,
): Promise<Timeline> {
  const from = before !== undefined && hash.test(before) ? before : null
  const { handoffs, hasMore } = await findHandoffs(db, reachOf(viewer), from)
  return {
    handoffs: handoffs.map(({ nonce, events }) => ({
      nonce,
      events: events.map((event) => seenEvent(event, device)),
    })),
    older: hasMore ? handoffs.at(-1)?.nonce : undefined,
  }
}

/** The attempts of the last week that `viewer` should look at, the newest first. */
export async function noticesOf(viewer: LiveSession, device: Device, { db }: Needs): Promise<SeenEvent[]> {
  return (await findNotices(db, reachOf(viewer))).map((event) => seenEvent(event, device))
}

function seenEvent({ sourceDevice, targetDevice, ...event }: OwnEvent, viewer: Device): SeenEvent {
  return { ...event, source: seenDevice(sourceDevice, viewer), by: seenDevice(targetDevice, viewer) }
}

function seenDevice(text: string | null, viewer: Device): SeenDevice | undefined {
  const device = deviceOfText(text)
  if (!device) return undefined
  const { browser, system, address } = device
  return { browser, system, address, network: networkOf(device, viewer) }
}
