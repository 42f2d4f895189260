import { exampleContract } from './support/example-contract.ts'

exampleContract({ name: 'better-auth', clientId: 'example-better-auth', own: 'http://127.0.0.1:4013' })
