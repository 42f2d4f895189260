import { commandLineTests } from '../../support/command-line-tests.ts'

// On PostgreSQL in `tests/deploy`.
commandLineTests('PGlite')
