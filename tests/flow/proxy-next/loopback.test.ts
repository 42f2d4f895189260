import { expectOwnAddresses, loopbackHosts } from '../../support/loopback-journey.ts'
import { startStage } from '../../support/stage.ts'
import { test } from '../../support/test.ts'

test.for(loopbackHosts)(
  'at http://%s a whole sign-in stays at that address',
  async (publicHost, { closing }) => {
    const { baton } = await closing(startStage({ publicHost }))
    await expectOwnAddresses(baton.url)
  },
)
