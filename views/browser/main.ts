import { keepSettling } from '#components/settle.ts'
import { each } from './each.ts'
import { sendHandoff } from './send-handoff.ts'
import { tryAgain } from './try-again.ts'
import { waitForApproval } from './wait-for-approval.ts'

// The script of all views: it finds by their marks what the page has, and the page has all words.

// The answer to a form is loaded by its address from here on: the way back and a reload send nothing again.
history.replaceState(null, '')
// What the browser has kept of a page is as it was left, and its forms may work no longer.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})
each('address', ({ dataset }) => history.replaceState(null, '', dataset.address))
each('handoff', sendHandoff)
each('waits', waitForApproval)
each('again', tryAgain)
keepSettling()
