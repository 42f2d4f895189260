import { each } from './each.ts'
import { renewCode, waitForDevice } from './wait-for-device.ts'

// What a page that waits for another device has besides; the others need not load it.
each('device', waitForDevice)
each('device-renews', renewCode)
