import { exampleContract } from './support/example-contract.ts'

exampleContract({
  name: 'spa',
  clientId: 'example-spa',
  own: 'http://127.0.0.1:4011',
  ready: /Local:/,
  server: false,
})
