import { commandLineTests } from '../support/command-line-tests.ts'

commandLineTests('PostgreSQL')
