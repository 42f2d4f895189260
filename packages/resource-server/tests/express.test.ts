import express, { type ErrorRequestHandler } from 'express'
import { requireCaller } from '../src/express.ts'
import { adapterContract } from './support/adapter-contract.ts'
import { listen } from './support/listen.ts'

adapterContract(async (resourceServer) => {
  let handled = 0
  const app = express()
  app.use(requireCaller(resourceServer))
  app.all('/whoami', (request, response) => {
    handled++
    response.json({ kind: request.caller?.kind, sub: request.caller?.sub })
  })
  app.get('/fault', () => {
    throw new Error('a fault of the handler')
  })
  const fail: ErrorRequestHandler = (_error, _request, response, _next) => void response.sendStatus(500)
  app.use(fail)
  const server = await listen(app)
  return {
    call: (path, init) => fetch(`${server.url}${path}`, init),
    stop: server.close,
    handled: () => handled,
  }
})
