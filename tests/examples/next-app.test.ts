import { exampleContract } from './support/example-contract.ts'

exampleContract({
  name: 'next-app',
  clientId: 'example-next',
  own: 'http://localhost:4010',
  built: true,
  ready: /Ready in/,
})
