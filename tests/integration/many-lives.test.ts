import { manyLives } from '../support/many-lives.ts'

manyLives(40)
