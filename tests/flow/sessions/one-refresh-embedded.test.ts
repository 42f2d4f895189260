import { oneRefresh } from '../../support/one-refresh.ts'

oneRefresh('PGlite')
