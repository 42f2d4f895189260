import { addresses } from '../addresses.ts'
import { serve } from '../serve.ts'
import { createWebApplication } from './create-web-application.ts'

const { batonUrl, webUrl } = addresses()
serve(webUrl, 'The web application', createWebApplication({ batonUrl, webUrl }))
