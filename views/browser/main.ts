import { keepSettling } from '#components/settle.ts'
import { sendHandoff } from './send-handoff.ts'
import { tryAgain } from './try-again.ts'
import { waitForApproval } from './wait-for-approval.ts'
import { renewCode, waitForDevice } from './wait-for-device.ts'

// The one script of the views: it finds by their marks what the page has, and the page has all words.
const each = <Kind extends HTMLElement>(mark: string, start: (element: Kind) => void) => {
  for (const element of document.querySelectorAll<Kind>(`[data-${mark}]`)) start(element)
}

// The answer to a form is loaded by its address from here on: the way back and a reload send nothing again.
history.replaceState(null, '')
each('address', ({ dataset }) => history.replaceState(null, '', dataset.address))
each('handoff', sendHandoff)
each('waits', waitForApproval)
each('device', waitForDevice)
each('device-renews', renewCode)
each('again', tryAgain)
keepSettling()
