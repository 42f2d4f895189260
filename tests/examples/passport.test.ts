import { exampleContract } from './support/example-contract.ts'

exampleContract({ name: 'passport', clientId: 'example-passport', own: 'http://127.0.0.1:4016' })
