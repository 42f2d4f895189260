import { exampleContract } from './support/example-contract.ts'

exampleContract({
  name: 'express',
  clientId: 'example-express',
  own: 'http://127.0.0.1:4012',
  backchannelLogout: true,
})
